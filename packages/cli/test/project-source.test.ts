import { describe, expect, it } from 'vitest'
import { readSource } from '../src/project/read-source.ts'
import { plant } from './project-fixture.ts'

const NEEDLES = [Buffer.from('PrismaClient'), Buffer.from('clientModule')]

describe('readSource', () => {
  it('gives the text as it stands, with its mark and its line ends', () => {
    const root = plant({ 'a.ts': '\uFEFFnew PrismaClient()\r\n// é 😀' })

    expect(readSource(root, 'a.ts')).toEqual({ text: '\uFEFFnew PrismaClient()\r\n// é 😀' })
  })

  it('gives nothing for a file that holds none of the needles', () => {
    const root = plant({ 'a.ts': 'new Client()', 'b.ts': 'clientModule', 'empty.ts': '' })

    expect(readSource(root, 'a.ts', NEEDLES)).toBeUndefined()
    expect(readSource(root, 'empty.ts', NEEDLES)).toBeUndefined()
    expect(readSource(root, 'b.ts', NEEDLES)).toEqual({ text: 'clientModule' })
  })

  it.each([
    ['binary', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]), 'binary'],
    ['UTF-16 with a mark', Buffer.from('\uFEFFPrismaClient', 'utf16le'), 'UTF-16'],
    ['UTF-16 without a mark', Buffer.from('PrismaClient', 'utf16le'), 'UTF-16'],
    ['big-endian UTF-16', Buffer.from('\uFEFFPrismaClient', 'utf16le').swap16(), 'UTF-16'],
    ['Latin-1', Buffer.from('// caf\u00e9\nPrismaClient', 'latin1'), 'not valid UTF-8'],
    ['huge', Buffer.alloc(2 * 1024 * 1024 + 1, 'PrismaClient '), '2097153 bytes'],
  ])('says what is wrong with a file that is %s', (_, content, message) => {
    const root = plant({ 'a.ts': content })

    expect(readSource(root, 'a.ts', NEEDLES)).toEqual({
      path: 'a.ts',
      line: 1,
      message: expect.stringContaining(message),
    })
  })

  it('names the line that is not UTF-8', () => {
    const root = plant({ 'a.ts': Buffer.from('one\ntwo\nthr\u00e9e\nfour', 'latin1') })

    expect(readSource(root, 'a.ts')).toMatchObject({ line: 3 })
  })

  it('says nothing about a file in another encoding that holds no needle', () => {
    const root = plant({ 'a.ts': Buffer.from('// caf\u00e9', 'latin1') })

    expect(readSource(root, 'a.ts', NEEDLES)).toBeUndefined()
  })

  it('reads a file of exactly the size that it still reads', () => {
    const root = plant({ 'a.ts': Buffer.alloc(2 * 1024 * 1024, 'x') })

    expect(readSource(root, 'a.ts')).toHaveProperty('text')
  })

  it('says that a folder is no file, and that a file is not there', () => {
    const root = plant({ 'x.ts/index.ts': '' })

    expect(readSource(root, 'x.ts')).toMatchObject({ message: expect.stringContaining('folder') })
    expect(readSource(root, 'y.ts')).toMatchObject({ message: 'This file is not there.' })
  })
})
