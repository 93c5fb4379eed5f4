import { sharePrisma } from '../src/index.ts'
import { fakeClient, type FakeClient } from './fake-client.ts'

/** Another module that shares a client under the same name. */
export function sharedElsewhere(schema: string): FakeClient {
  return sharePrisma(() => fakeClient(schema, 'elsewhere'))
}
