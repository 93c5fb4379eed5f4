import { describe, expect, it } from 'vitest'
import { readSettings } from '../src/settings.ts'

describe('readSettings', () => {
  it('has a default for what is not given', () => {
    expect(readSettings({})).toEqual({
      sharedModule: undefined,
      sharedExport: 'prisma',
      sharedModules: undefined,
      clientModules: [],
      edgeModules: [],
    })
  })

  it('takes what is given', () => {
    const oneprisma = {
      sharedModule: '@/db',
      sharedExport: 'default',
      sharedModules: ['a'],
      clientModules: ['b'],
      edgeModules: ['c'],
    }

    expect(readSettings({ oneprisma, other: 1 })).toEqual(oneprisma)
  })

  it.each([
    ['a text', 'Expected the setting `oneprisma` to be an object, got "a text" (string).'],
    [[], 'Expected the setting `oneprisma` to be an object, got [] (array).'],
    [{ shared: '@/db' }, 'There is no setting `oneprisma.shared`.'],
    [
      { sharedModule: 1 },
      'Expected the setting `oneprisma.sharedModule` to be a text, got 1 (number).',
    ],
    [
      { sharedExport: '' },
      'Expected the setting `oneprisma.sharedExport` to be a text, got "" (string).',
    ],
    [
      { clientModules: [null] },
      'Expected the setting `oneprisma.clientModules` to be a list of texts, got [null] (array).',
    ],
  ])('refuses %j', (oneprisma, message) => {
    expect(() => readSettings({ oneprisma })).toThrow(new TypeError(message))
  })
})
