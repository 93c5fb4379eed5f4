import { newPaths, type Paths, type States } from './ending-state.ts'
import type { Node } from './walk.ts'

/** What the expressions of a program do to the state of the client. */
export interface Expressions {
  evaluate(expression: Node, states: States, paths: Paths): States
  /** An expression that is a statement: nobody waits for it. */
  perform(expression: Node, states: States, paths: Paths): States
}

/** Follows statements one after another, and returns the states after the last. */
export function follow(
  statements: readonly Node[],
  states: States,
  paths: Paths,
  expressions: Expressions,
): States {
  return statements.reduce((reached, node) => step(node, reached, paths, expressions), states)
}

function step(node: Node, states: States, paths: Paths, expressions: Expressions): States {
  if (states === 0) return 0
  const evaluate = (part: Node | null, at: States): States =>
    part === null || at === 0 ? at : expressions.evaluate(part, at, paths)
  const run = (part: Node | null, at: States): States =>
    part === null ? at : step(part, at, paths, expressions)

  switch (node.type) {
    case 'ExpressionStatement':
      return expressions.perform(node.expression, states, paths)
    case 'VariableDeclaration':
      return node.declarations.reduce((at, { init }) => evaluate(init, at), states)
    case 'ExportNamedDeclaration':
      return run(node.declaration, states)
    case 'ExportDefaultDeclaration':
      return evaluate(node.declaration, states)
    case 'ReturnStatement': {
      const returned = evaluate(node.argument, states)
      paths.returned |= returned
      return 0
    }
    case 'ThrowStatement': {
      const thrown = evaluate(node.argument, states)
      paths.thrown |= thrown
      return 0
    }
    case 'BreakStatement':
    case 'ContinueStatement':
      paths.left |= states
      return 0
    case 'BlockStatement':
      return follow(node.body, states, paths, expressions)
    case 'IfStatement': {
      const tested = evaluate(node.test, states)
      return run(node.consequent, tested) | run(node.alternate, tested)
    }
    case 'LabeledStatement':
      return catchLeft(paths, () => run(node.body, states))
    case 'SwitchStatement': {
      const entered = evaluate(node.discriminant, states)
      return catchLeft(paths, () =>
        node.cases.reduce(
          (fallen, { consequent }) => follow(consequent, entered | fallen, paths, expressions),
          entered,
        ),
      )
    }
    case 'TryStatement':
      return stepTry(node, states, paths, expressions)
    case 'ForOfStatement':
    case 'ForInStatement': {
      const entered = evaluate(node.right, states)
      return loop(paths, entered, false, (at) => run(node.body, at))
    }
    case 'WhileStatement':
    case 'DoWhileStatement':
      return loop(paths, states, isAlways(node.test), (at) =>
        run(node.body, evaluate(node.test, at)),
      )
    case 'ForStatement': {
      const entered = node.init?.type === 'VariableDeclaration' ? run(node.init, states) : states
      const isEndless = node.test === null || isAlways(node.test)
      return loop(paths, entered, isEndless, (at) =>
        evaluate(node.update, run(node.body, evaluate(node.test, at))),
      )
    }
    default:
      return states
  }
}

function stepTry(
  node: Extract<Node, { type: 'TryStatement' }>,
  states: States,
  paths: Paths,
  expressions: Expressions,
): States {
  const inner = newPaths(paths.isTop)
  let reached = follow(node.block.body, states, inner, expressions)
  if (node.handler !== null) {
    // Whatever stands in the block may throw, also where it does not touch the client.
    const caught = inner.thrown === 0 ? states : inner.thrown
    inner.thrown = 0
    reached |= follow(node.handler.body.body, caught, inner, expressions)
  }
  const { finalizer } = node
  const finish = (at: States): States =>
    finalizer === null || at === 0 ? at : follow(finalizer.body, at, paths, expressions)
  reached = finish(reached)
  const [returned, thrown, left] = [inner.returned, inner.thrown, inner.left].map(finish)
  paths.returned |= returned ?? 0
  paths.thrown |= thrown ?? 0
  paths.left |= left ?? 0
  return reached
}

function loop(
  paths: Paths,
  entered: States,
  isEndless: boolean,
  turn: (states: States) => States,
): States {
  let reached = entered
  const left = catchLeft(paths, () => {
    // A second turn finds what the first leaves behind for it, and a third would find no more.
    for (let turns = 0; turns < 2; turns++) {
      const turned = turn(reached)
      reached |= turned | paths.left
    }
    return 0
  })
  return isEndless ? left : reached | left
}

function catchLeft(paths: Paths, run: () => States): States {
  const outer = paths.left
  paths.left = 0
  const reached = run() | paths.left
  paths.left = outer
  return reached
}

function isAlways(test: Node): boolean {
  return test.type === 'Literal' && Boolean(test.value)
}
