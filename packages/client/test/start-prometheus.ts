import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A Prometheus with a data folder of its own, which scrapes one target every second. */
export interface PrometheusServer {
  /** Evaluates an expression as of now. */
  query(expression: string): Promise<ReadonlyArray<{ readonly metric: Record<string, string> }>>
  stop(): Promise<void>
}

/** Starts a Prometheus on a free port of this machine. */
export async function startPrometheus(target: string): Promise<PrometheusServer> {
  const folder = await mkdtemp(join(tmpdir(), 'prometheus-'))
  const config = join(folder, 'prometheus.yml')
  const scrape = { job_name: 'test', static_configs: [{ targets: [target] }] }
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({ global: { scrape_interval: '1s' }, scrape_configs: [scrape] }),
  )
  const address = `127.0.0.1:${await freePort()}`
  const server = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  const kill = (): void => void server.kill('SIGKILL')
  process.once('exit', kill)
  const ended = once(server, 'exit')
  let log = ''
  await new Promise<void>((resolve, reject) => {
    server.stderr.on('data', (chunk) => {
      log += String(chunk)
      if (log.includes('Server is ready to receive web requests')) resolve()
    })
    server.once('error', (cause) =>
      reject(
        new Error('Prometheus is not installed. It is the Debian package "prometheus".', { cause }),
      ),
    )
    server.once('exit', () => reject(new Error(`Prometheus ended:\n${log}`)))
  })
  return {
    query: async (expression) => {
      const response = await fetch(
        `http://${address}/api/v1/query?query=${encodeURIComponent(expression)}`,
      )
      // https://prometheus.io/docs/prometheus/latest/querying/api/
      const answer = (await response.json()) as {
        status: string
        error?: string
        data: { result: Array<{ metric: Record<string, string> }> }
      }
      if (answer.status !== 'success') throw new Error(`${expression}: ${answer.error}`)
      return answer.data.result
    },
    stop: async () => {
      process.off('exit', kill)
      kill()
      await ended
      await rm(folder, { recursive: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  // It listens on TCP, so that its address has a port.
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
