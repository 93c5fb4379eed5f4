import type { ESLint, Linter } from 'eslint'
import type { OneprismaPlugin, RuleName } from './plugin.d.ts'
import { noClientOutsideSharedModule } from './rules/no-client-outside-shared-module.ts'
import { noClientPerRequest } from './rules/no-client-per-request.ts'
import { noDisconnectInRequest } from './rules/no-disconnect-in-request.ts'
import { noEscapingPromise } from './rules/no-escaping-promise.ts'
import { noPrismaInEdge } from './rules/no-prisma-in-edge.ts'
import { VERSION } from './version.ts'

const rules: OneprismaPlugin['rules'] = {
  'no-client-outside-shared-module': noClientOutsideSharedModule,
  'no-client-per-request': noClientPerRequest,
  'no-disconnect-in-request': noDisconnectInRequest,
  'no-escaping-promise': noEscapingPromise,
  'no-prisma-in-edge': noPrismaInEdge,
}

const meta: OneprismaPlugin['meta'] = { name: '@oneprisma/eslint-plugin', version: VERSION }
const base: ESLint.Plugin = { meta, rules }

const recommended: Record<`@oneprisma/${RuleName}`, Linter.RuleEntry> = {
  // Each site is reported once, by the rule that says more.
  '@oneprisma/no-client-outside-shared-module': ['error', { ignorePerRequest: true }],
  '@oneprisma/no-client-per-request': 'error',
  '@oneprisma/no-disconnect-in-request': 'error',
  '@oneprisma/no-escaping-promise': 'error',
  '@oneprisma/no-prisma-in-edge': 'error',
}

const plugin: OneprismaPlugin = {
  meta,
  rules,
  configs: {
    recommended: {
      name: '@oneprisma/recommended',
      plugins: { '@oneprisma': base },
      rules: recommended,
    },
  },
}

export default plugin
