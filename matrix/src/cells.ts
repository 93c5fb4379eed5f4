import { adapterCells } from './adapter-cells.ts'
import type { Cell } from './cell.ts'
import { frameworkCells } from './framework-cells.ts'
import { prisma8Cells } from './prisma-8-cells.ts'
import { prismaCells } from './prisma-cells.ts'
import { runtimeCells } from './runtime-cells.ts'

/** Every cell, in the order in which they run and are told of. */
export const cells: readonly Cell[] = [
  ...prismaCells,
  ...adapterCells,
  ...prisma8Cells,
  ...runtimeCells,
  ...frameworkCells,
]
