import type { Screen } from '../../world.ts'
import type { RecordedTick, RecordListener } from '../record.ts'
import type { RecordedLine, RecordingHeader } from '../recording/recording.ts'
import { frameOf } from './frame.ts'
import { LiveState } from './live-state.ts'
import { Redraw } from './redraw.ts'

/** Shows on a terminal what is recorded, in one place. */
export class LiveView implements RecordListener {
  readonly #screen: Screen
  readonly #redraw: Redraw
  readonly #state: LiveState

  constructor(screen: Screen, out: string | undefined) {
    this.#screen = screen
    this.#redraw = new Redraw(screen)
    this.#state = new LiveState(out)
  }

  readonly begin = (header: RecordingHeader): void => {
    this.#state.header = header
  }

  readonly line = (line: RecordedLine): void => this.#state.takeLine(line)

  readonly tick = (tick: RecordedTick): void => {
    this.#state.takeTick(tick)
    this.#redraw.draw(frameOf(this.#state, this.#screen.columns))
  }

  readonly end = (): void => this.#redraw.end()
}
