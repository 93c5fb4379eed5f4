import type { IncomingMessage } from 'node:http'
import { withContext } from '@oneprisma/client/context'
import { apiHandler } from '@/lib/api-handler'
import { HttpError } from '@/lib/http-error'
import { isSigned } from '@/lib/payment-signature'
import { paymentEvent, takePaymentEvent } from '@/lib/payments'

// The signature covers the bytes as they came, so nothing may parse them first.
export const config = { api: { bodyParser: false } }

const MAX_BODY_BYTES = 64 * 1024

const handler = apiHandler({
  async POST(request, response) {
    const secret = process.env.PAYMENT_WEBHOOK_SECRET
    if (!secret) {
      console.error('PAYMENT_WEBHOOK_SECRET is not set: payment events are refused until it is.')
      throw new HttpError(503, 'Payments are not configured.')
    }

    const body = await readBody(request)
    const signature = request.headers['x-payment-signature']
    if (!isSigned(body, signature?.toString(), secret, Math.floor(Date.now() / 1000))) {
      throw new HttpError(401, 'The signature is missing, wrong or too old.')
    }

    const outcome = await takePaymentEvent(paymentEvent.parse(parseJson(body)))
    // The provider sends an event again until it gets a 2xx; the order may yet come into being.
    response.status(outcome === 'unknown order' ? 404 : 200).json({ outcome })
  },
})

export default withContext(handler, { route: '/api/webhooks/payments' })

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk)
    size += bytes.length
    if (size > MAX_BODY_BYTES) throw new HttpError(413, 'The body is too large.')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    throw new HttpError(400, 'The body is not JSON.')
  }
}
