import { join } from 'node:path'
import type { NextConfig } from 'next'

const workspace = join(import.meta.dirname, '../..')

const config: NextConfig = {
  ...(process.env.NEXT_OUTPUT === 'standalone' && { output: 'standalone' }),
  outputFileTracingRoot: workspace,
  turbopack: { root: workspace },
  poweredByHeader: false,
}

export default config
