import type { ProjectProblem } from './project.ts'

/** Collects what is wrong with the configuration of a repository, each thing once. */
export class Problems {
  readonly list: ProjectProblem[] = []

  add(code: ProjectProblem['code'], path: string, message: string): void {
    const isKnown = this.list.some(
      (problem) => problem.code === code && problem.path === path && problem.message === message,
    )
    if (!isKnown) this.list.push({ code, path, message })
  }
}
