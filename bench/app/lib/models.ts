/** The models that a client knows, by asking it as an application does: `prisma.post`. */
export function modelsOf(client: object): string[] {
  return ['user', 'post', 'tag', 'comment'].filter((model) => {
    const delegate: unknown = Reflect.get(client, model)
    return typeof delegate === 'object' && delegate !== null && 'findMany' in delegate
  })
}
