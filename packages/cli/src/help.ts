/** What is printed with a usage error. */
export const USAGE = `Usage: oneprisma <command> [folder] [options]

Commands:
  adopt      walks through all of it: shared module, migration, inventory, check
  inventory  lists every place that makes, extends, wraps or hands on PrismaClient
  init       writes the shared module, or upgrades the one that there is
  migrate    moves every client of its own to the shared one, as a diff or with --write
  check      for CI: fails on a new client, a stale inventory or a stale baseline
  doctor     finds what fails, hangs or leaks on the way to the database; --live asks the server
  monitor    watches a rollout: records connections, latencies and errors, and compares
  budget     plans on paper how many connections each pool may open, and what pooler it takes

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
  doctor: `Usage: oneprisma doctor [folder] [--json | --sarif] [--fail-on <severity>] [--live [options]]

Reads versions, settings, schema and code, and says what will fail, hang or leak, with the change
that ends it. Runs nothing of the repository, and never prints a connection string.

  --json                   prints the findings as JSON
  --sarif                  prints them as SARIF 2.1.0
  --fail-on <severity>     ends with 1 from this severity on: error, warning (the default), info, never
  --live                   asks the PostgreSQL server as well; it only reads
  --url-env <name>         the variable with its URL, unless it is the one that the code reads
  --direct-url-env <name>  the variable with the URL past a pooler, unless it is DIRECT_URL
  --env-from <path>        a file that sets them, in place of .env; the environment goes first
  --instances <n>          with --live: instances of the application, for which the pools have to fit
  --surge <n or share>     instances that a rollout adds; 100% unless given
  --processes <n>          processes of an instance, 1 unless given
  --pools <n>              pools of a process on this database, 1 unless given
`,
  budget: `Usage: oneprisma budget --max-connections <n> --instances <n> [options]

Shares out the connections of a database among the pools that there are during a rollout. Asks no
server. Exits with 1 where some pools would get none.

  --max-connections <n>     max_connections of the server
  --superuser-reserved <n>  what it keeps for superusers, 3 unless given
  --reserved <n>            what else it keeps (reserved_connections), 0 unless given
  --other-clients <n>       connections of everything else that uses it, 0 unless given
  --headroom <share>        what nobody may plan with, 10% unless given
  --instances <n>           instances of the application, at the most that scaling starts
  --surge <n or share>      instances that a rollout adds, such as 2 or 25%; 100% unless given
  --processes <n>           processes, or worker threads, of an instance, 1 unless given
  --pools <n>               pools of a process on this database, 1 unless given
  --provider <name>         neon, supabase, prisma-postgres, rds: takes the limit from a table
  --compute <size>          the size there: compute units, compute size, plan, memory in GiB
  --json                    prints the plan as JSON
`,
  monitor: `Usage: oneprisma monitor [sources] [--json] [--plain]
       oneprisma monitor record --out <file> [sources] [--mark <text>] [--plain]
       oneprisma monitor mark <recording> <text>
       oneprisma monitor compare <before> <after> [--noise <recording>] [--threshold 10%]
       oneprisma monitor compare <recording>... --arms <one>,<other> [--sequential]
       oneprisma monitor compare <recording> --split <mark>

Only reads. Shows what goes on, or records it, or tells whether something got worse: 1 where it
did, 2 where the recordings cannot tell.

Sources:
  --url-env <name>            the variable with the URL of the database; DATABASE_URL
  --metrics [<arm>=]<url>     metrics for Prometheus of one process; can be repeated
  --metrics-token-env <name>  the variable with the bearer token of the metrics
  --histogram <name>          the histogram of the metrics that latencies are read from
  --app <pattern>             counts connections with this application_name only; * is any text
  --by <what>                 tells arms apart: release, application_name, or a label of metrics
  --arm <name>[=<value>]      an arm that counts; without --by, the one that is recorded
  --window <duration>         what is compared; 10s
  --interval <duration>       from sample to sample; 1s
  --for <duration>            ends then; otherwise on Ctrl-C
  --plain                     prints a line for each window where it could draw

Recording:
  --out <file>                where to; goes on with a recording that is there
  --mark <text>               marks the moment that it begins

Comparing:
  --noise <recording>         one of the same version throughout; can be repeated
  --threshold <share>         what counts as a change of latency; 10%
  --arms <one>,<other>        compares arms that ran at the same time
  --sequential                compares arms that ran one after the other
  --split <mark>[,<mark>]     compares what was before and after
  --html <file>               writes a report that opens offline
  --json                      prints the result, or what is watched, as JSON
  --allow-inconclusive        0 where the recordings cannot tell
`,
}

/** The help of a command, or of all. */
export function helpOf(command: string | undefined): string {
  return command !== undefined && Object.hasOwn(HELP, command) ? (HELP[command] ?? USAGE) : USAGE
}
