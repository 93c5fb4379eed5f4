import { join } from 'node:path'
import type { NextConfig } from 'next'

// The copy of this app that is measured lies in bench/.work/<name>.
const workspace = join(import.meta.dirname, '../../..')

const config: NextConfig = {
  ...(process.env.BENCH_STANDALONE === '1' && { output: 'standalone' }),
  outputFileTracingRoot: workspace,
  turbopack: { root: workspace },
  typescript: { ignoreBuildErrors: true },
  devIndicators: false,
}

export default config
