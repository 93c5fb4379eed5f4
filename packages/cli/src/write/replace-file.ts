import {
  chmodSync,
  chownSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  type Stats,
} from 'node:fs'

/** What is added to the name of a file for the text that is to take its place. */
export const STAGED = '.oneprisma-new'

/** Writes a text beside its file, which it can then replace in one step. */
export function stageFile(file: string, text: string): void {
  // Nothing may be there: what is written through a link would land elsewhere.
  writeFileSync(file + STAGED, text, { flag: 'wx', flush: true })
  const there = statSync(file, { throwIfNoEntry: false })
  if (there === undefined) return
  const own = statSync(file + STAGED)
  if (own.uid !== there.uid || own.gid !== there.gid) giveTo(file + STAGED, there)
  chmodSync(file + STAGED, there.mode)
}

/** Gives a file another text in one step, and keeps its mode and its owner. */
export function replaceFile(file: string, text: string): void {
  rmSync(file + STAGED, { force: true })
  stageFile(file, text)
  renameSync(file + STAGED, file)
}

function giveTo(file: string, { uid, gid }: Stats): void {
  try {
    chownSync(file, uid, gid)
  } catch {
    // Only root may give a file away; the text matters more than whose it is.
  }
}
