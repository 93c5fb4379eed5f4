import { spawn } from 'node:child_process'
import { once } from 'node:events'

const TIMEOUT_MS = 3_000

/** Shows a page in the browser of whoever sits there; says whether that was possible. */
export async function openPage(path: string, env: NodeJS.ProcessEnv): Promise<boolean> {
  const command = openerOf(process.platform, env)
  if (command === undefined) return false

  const [name = '', ...args] = command
  const child = spawn(name, [...args, path], { detached: true, stdio: 'ignore' })
  child.unref()
  // A browser may go on for as long as it likes: it has only to have been started.
  const started = once(child, 'spawn', { signal: AbortSignal.timeout(TIMEOUT_MS) })
  return started.then(
    () => true,
    () => false,
  )
}

function openerOf(
  platform: NodeJS.Platform,
  env: NodeJS.ProcessEnv,
): readonly string[] | undefined {
  if (platform === 'darwin') return ['open']
  if (platform === 'win32') return ['explorer.exe']
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? ['xdg-open'] : undefined
}
