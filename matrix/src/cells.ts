import { adapterCells } from './adapter-cells.ts'
import type { Cell } from './cell.ts'
import { prismaCells } from './prisma-cells.ts'

/** Every cell, in the order in which they run and are told of. */
export const cells: readonly Cell[] = [...prismaCells, ...adapterCells]
