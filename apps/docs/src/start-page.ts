/** What the start page has on the site only, above the text of `docs/index.md`. */
export const START = {
  layout: 'home',
  hero: {
    name: 'oneprisma',
    text: 'One PrismaClient per process',
    tagline:
      'Wherever the code runs: hot reloads, every bundle of a Next.js build, scripts and workers.',
    actions: [
      { theme: 'brand', text: 'Get started', link: '/getting-started' },
      { theme: 'alt', text: 'Migrate', link: '/migrate/global-this' },
      { theme: 'alt', text: 'What it finds', link: '/doctor' },
    ],
  },
  features: [
    {
      title: 'Share',
      details:
        'One client and one pool for all bundles, fresh after a schema change, drained at the end.',
      link: '/getting-started',
    },
    {
      title: 'Move',
      details:
        'A command finds every place that makes a client, and shows each change before it is written.',
      link: '/cli',
    },
    {
      title: 'See',
      details:
        'Logs, metrics, traces and SQL comments that tell which request asked, without a value of a query.',
      link: '/telemetry',
    },
    {
      title: 'Plan',
      details:
        'A budget of connections over instances, tenants and whole fleets, and the pooler that it takes.',
      link: '/budget',
    },
  ],
} as const
