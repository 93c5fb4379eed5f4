/** A wait for something that calls when it has come. */
export type Wait = (goOn: () => void) => void

/** What a process does one after the other, with waits in between. */
export type Steps<Result = void> = Generator<Wait, Result, void>

/** Goes through the steps. Those of a process that has died are not gone on with. */
export function go(steps: Steps<unknown>): void {
  const goOn = (): void => {
    const { done, value } = steps.next()
    // What the last step returns is nobody's.
    if (done !== true) value(goOn)
  }
  goOn()
}
