const entries = [
  'index',
  'pg',
  'script',
  'next',
  'health',
  'retry',
  'context',
  'telemetry',
  'prometheus',
  'opentelemetry',
  'fleet',
  'tenants',
  'serverless',
  'cloudflare',
]

/** @type {import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions} */
export default {
  name: 'API of @oneprisma/client',
  plugin: ['typedoc-plugin-markdown', './scripts/name-core.mjs'],
  tsconfig: '../../packages/client/tsconfig.build.json',
  entryPoints: entries.map((entry) => `../../packages/client/src/${entry}.ts`),
  out: '../../docs/generated/api',
  router: 'module',
  entryFileName: 'index',
  readme: 'none',
  logLevel: 'Warn',
  // The package has its own check of types.
  skipErrorChecking: true,
  // What is not exported is spelled out where it is used.
  validation: { notExported: false },
  disableSources: true,
  excludeInternal: true,
  excludePrivate: true,
  hideBreadcrumbs: true,
  hidePageHeader: true,
  useCodeBlocks: true,
  groupOrder: ['Functions', 'Classes', 'Interfaces', 'Type Aliases'],
  interfacePropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  parametersFormat: 'table',
  tableColumnSettings: { hideInherited: true, hideModifiers: true, hideOverrides: true },
  pageTitleTemplates: {
    index: 'API of @oneprisma/client',
    module: ({ name }) => `@oneprisma/client${name === 'core' ? '' : `/${name}`}`,
  },
}
