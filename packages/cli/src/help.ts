/** What is printed with a usage error. */
export const USAGE = `Usage: oneprisma <command> [folder] [options]

Commands:
  adopt      walks through all of it: shared module, migration, inventory, check
  inventory  lists every place that makes, extends, wraps or hands on PrismaClient
  init       writes the shared module, or upgrades the one that there is
  migrate    moves every client of its own to the shared one, as a diff or with --write
  check      for CI: fails on a new client, a stale inventory or a stale baseline

oneprisma <command> --help tells the options of a command.
`

const HELP: Readonly<Record<string, string>> = {
  inventory: `Usage: oneprisma inventory [folder] [--write] [--json | --sarif] [--page <path>]

  --write        writes the page docs/backend/prisma-usage-inventory.md, and keeps your notes in it
  --page <path>  another place for the page, relative to the folder
  --json         prints the sites as JSON
  --sarif        prints them as SARIF 2.1.0
`,
  init: `Usage: oneprisma init [folder] [--write] [--json] [--allow-dirty] [--script <path>]

Shows the shared module as a diff; an existing one is upgraded in place, with its exports kept.

  --write          writes it
  --script <path>  writes a script that uses it as well
  --allow-dirty    writes although there are changes that git does not have
  --json           prints the files as JSON
`,
  migrate: `Usage: oneprisma migrate [folder] [--write] [--json] [--allow-dirty] [--accept <reasons>]
                         [--middleware]

Shows as a diff what moves every client to the shared one. Nothing is written without --write;
then all files or none.

  --write             writes it
  --accept <reasons>  takes sites with options that the shared client has as well:
                      ADAPTER_OPTIONS, LOG_OPTIONS, separated by commas
  --middleware        turns $use middleware into query extensions where they mean the same, and does
                      nothing else
  --allow-dirty       writes although there are changes that git does not have
  --json              prints sites, edits and target as JSON
`,
  check: `Usage: oneprisma check [folder] [--json | --sarif | --github] [--baseline <path>] [--page <path>]

Exits with 1 on a site that is to be rewritten or reviewed and that the baseline does not know, and
where the inventory or the baseline is stale.

  --write-baseline   writes .oneprisma-baseline.json; a baseline only shrinks
  --baseline <path>  another place for it
  --page <path>      another place for the inventory page
  --json, --sarif, --github  other formats: JSON, SARIF 2.1.0, annotations of GitHub Actions
`,
  adopt: `Usage: oneprisma adopt [folder] [--yes] [--accept <reasons>] [--allow-dirty] [--no-install]

Walks through all of it. Asks on a terminal; elsewhere it shows what it would do, and does it with
--yes.

  --yes, --write      does it without asking
  --accept <reasons>  ADAPTER_OPTIONS, LOG_OPTIONS, see \`oneprisma migrate --help\`
  --allow-dirty       writes although there are changes that git does not have
  --no-install        leaves the installation of new dependencies to you
`,
}

/** The help of a command, or of all. */
export function helpOf(command: string | undefined): string {
  return command !== undefined && Object.hasOwn(HELP, command) ? (HELP[command] ?? USAGE) : USAGE
}
