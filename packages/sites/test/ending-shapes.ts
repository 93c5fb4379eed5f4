export interface EndingShape {
  readonly name: string
  /** A script that knows its client as `prisma`, after the line that imports it. */
  readonly before: string
  /** The same after mending; as `before` where nothing has to change. */
  readonly after: string
}

const MAIN = `async function main() {
  await prisma.user.findMany();
}`

/** What is mended, and how. */
export const MENDED: readonly EndingShape[] = [
  {
    name: 'an exit in catch that skips finally',
    before: `${MAIN}
main()
  .catch((e) => {
    console.error(e);
    process.exit(1);
  })
  .finally(async () => {
    await prisma.$disconnect();
  });
`,
    after: `${MAIN}
main()
  .catch((e) => {
    console.error(e);
    process.exitCode = 1;
  })
  .finally(async () => {
    await prisma.$disconnect();
  });
`,
  },
  {
    name: 'an exit that is the body of an arrow',
    before: `${MAIN}
main().catch(() => process.exit(3)).finally(() => prisma.$disconnect());
`,
    after: `${MAIN}
main().catch(() => { process.exitCode = 3; }).finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'an exit in a parenthesised body of an arrow',
    before: `${MAIN}
main().catch(() => (process.exit(3))).finally(() => prisma.$disconnect());
`,
    after: `${MAIN}
main().catch(() => { process.exitCode = 3; }).finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'an exit at the end of a sequence',
    before: `${MAIN}
main().catch((e) => (console.error(e), process.exit(1))).finally(() => prisma.$disconnect());
`,
    after: `${MAIN}
main().catch((e) => (console.error(e), process.exitCode = 1)).finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'an exit with a computed code and a comment after it',
    before: `${MAIN}
main()
  .catch((e) => {
    process.exit(e.status ?? 1); // for the shell
  })
  .finally(() => prisma.$disconnect());
`,
    after: `${MAIN}
main()
  .catch((e) => {
    process.exitCode = e.status ?? 1; // for the shell
  })
  .finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'handlers that are functions with names',
    before: `${MAIN}
function fail(e) {
  console.error(e);
  process.exit(1);
}
function disconnect() {
  return prisma.$disconnect();
}
main().catch(fail).finally(disconnect);
`,
    after: `${MAIN}
function fail(e) {
  console.error(e);
  process.exitCode = 1;
}
function disconnect() {
  return prisma.$disconnect();
}
main().catch(fail).finally(disconnect);
`,
  },
  {
    name: 'an error path without disconnect',
    before: `${MAIN}
main()
  .then(async () => {
    await prisma.$disconnect();
  })
  .catch((e) => {
    console.error(e);
    process.exit(1);
  });
`,
    after: `${MAIN}
main()
  .finally(async () => {
    await prisma.$disconnect();
  })
  .catch((e) => {
    console.error(e);
    process.exit(1);
  });
`,
  },
  {
    name: 'an error path without disconnect, where success says something',
    before: `${MAIN}
main()
  .then(async () => {
    console.log('seeded');
    await prisma.$disconnect();
  })
  .catch((e) => {
    console.error(e);
    process.exit(1);
  });
`,
    after: `${MAIN}
main()
  .then(async () => {
    console.log('seeded');
    await prisma.$disconnect();
  })
  .catch(async (e) => {
    console.error(e);
    await prisma.$disconnect();
    process.exit(1);
  });
`,
  },
  {
    name: 'a disconnect on the paths of success only',
    before: `async function main() {
  const users = await prisma.user.findMany();
  if (users.length === 0) {
    await prisma.$disconnect();
    return;
  }
  await prisma.$disconnect();
}
main().catch((e) => {
  console.error(e);
  process.exit(1);
});
`,
    after: `async function main() {
  const users = await prisma.user.findMany();
  if (users.length === 0) {
    await prisma.$disconnect();
    return;
  }
  await prisma.$disconnect();
}
main().catch(async (e) => {
  console.error(e);
  await prisma.$disconnect();
  process.exit(1);
});
`,
  },
  {
    name: 'a disconnect at the end of main only',
    before: `async function main() {
  await prisma.user.findMany();
  await prisma.$disconnect();
}
main();
`,
    after: `async function main() {
  await prisma.user.findMany();
  await prisma.$disconnect();
}
main().finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'a disconnect that nobody waits for before an exit',
    before: `${MAIN}
main()
  .catch((e) => {
    console.error(e);
    process.exitCode = 1;
  })
  .finally(() => {
    prisma.$disconnect();
    process.exit();
  });
`,
    after: `${MAIN}
main()
  .catch((e) => {
    console.error(e);
    process.exitCode = 1;
  })
  .finally(() => {
    prisma.$disconnect();
    return;
  });
`,
  },
  {
    name: 'a bare main',
    before: `${MAIN}
main();
`,
    after: `${MAIN}
main().finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'a void main with a comment after it',
    before: `${MAIN}
void main(); // go
`,
    after: `${MAIN}
void main().finally(() => prisma.$disconnect()); // go
`,
  },
  {
    name: 'a main whose errors are printed',
    before: `${MAIN}
main().catch(console.error);
`,
    after: `${MAIN}
main().catch(console.error).finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'a chain of many lines',
    before: `${MAIN}
main()
    .then(() => console.log('seeded'))
    .catch(console.error);
`,
    after: `${MAIN}
main()
    .then(() => console.log('seeded'))
    .catch(console.error)
    .finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'a main that exits on failure and never disconnects',
    before: `${MAIN}
main().catch((e) => {
  console.error(e);
  process.exit(1);
});
`,
    after: `${MAIN}
main().catch((e) => {
  console.error(e);
  process.exitCode = 1;
}).finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'a main that is ended by an exit either way',
    before: `${MAIN}
main()
  .then(() => process.exit(0))
  .catch((e) => {
    console.error(e);
    process.exit(1);
  });
`,
    after: `${MAIN}
main()
  .finally(() => prisma.$disconnect())
  .then(() => process.exit(0))
  .catch((e) => {
    console.error(e);
    process.exit(1);
  });
`,
  },
  {
    name: 'exits in a try with finally',
    before: `async function main() {
  try {
    const users = await prisma.user.findMany();
    if (users.length > 5) process.exit(4);
    if (users.length > 2) {
      console.log('more');
      process.exit(2);
    }
    console.log('done');
    process.exit(0);
  } catch (e) {
    console.error(e);
    process.exit(1);
  } finally {
    await prisma.$disconnect();
  }
}
main();
`,
    after: `async function main() {
  try {
    const users = await prisma.user.findMany();
    if (users.length > 5) { process.exitCode = 4; return; }
    if (users.length > 2) {
      console.log('more');
      process.exitCode = 2;
      return;
    }
    console.log('done');
    process.exitCode = 0;
  } catch (e) {
    console.error(e);
    process.exitCode = 1;
  } finally {
    await prisma.$disconnect();
  }
}
main();
`,
  },
  {
    name: 'an exit in main that skips the finally of its caller',
    before: `async function main() {
  if (process.argv.includes('--help')) process.exit(0);
  const users = await prisma.user.findMany();
  if (users.length > 2) {
    console.log('more');
    process.exit(2);
  }
  console.log('fewer');
}
main().finally(() => prisma.$disconnect());
`,
    after: `async function main() {
  if (process.argv.includes('--help')) process.exit(0);
  const users = await prisma.user.findMany();
  if (users.length > 2) {
    console.log('more');
    process.exitCode = 2;
    return;
  }
  console.log('fewer');
}
main().finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'an exit that is returned',
    before: `async function main() {
  const users = await prisma.user.findMany();
  if (users.length > 2) {
    return process.exit(2);
  }
  console.log('fewer');
}
main().finally(() => prisma.$disconnect());
`,
    after: `async function main() {
  const users = await prisma.user.findMany();
  if (users.length > 2) {
    process.exitCode = 2;
    return;
  }
  console.log('fewer');
}
main().finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'a function that is called where it stands',
    before: `;(async () => {
  await prisma.user.findMany();
})();
`,
    after: `;(async () => {
  await prisma.user.findMany();
})().finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'a function that is called where it stands and exits on failure',
    before: `;(async function () {
  await prisma.user.findMany();
})().catch((e) => { console.error(e); process.exit(1); });
`,
    after: `;(async function () {
  await prisma.user.findMany();
})().catch((e) => { console.error(e); process.exitCode = 1; }).finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'a main that runs only where the module is the program',
    before: `${MAIN}
if (process.argv[1] !== undefined) {
  main().catch((e) => {
    console.error(e);
    process.exit(1);
  });
}
`,
    after: `${MAIN}
if (process.argv[1] !== undefined) {
  main().catch((e) => {
    console.error(e);
    process.exitCode = 1;
  }).finally(() => prisma.$disconnect());
}
`,
  },
  {
    name: 'a query that is the program',
    before: `prisma.user.findMany().then((users) => console.log(users.length));
`,
    after: `prisma.user.findMany().then((users) => console.log(users.length)).finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'an exit before a success that is told of',
    before: `async function main() {
  const users = await prisma.user.findMany();
  if (users.length > 2) process.exit(2);
}
main()
  .then(() => console.log('fewer'))
  .finally(() => prisma.$disconnect());
`,
    after: `async function main() {
  const users = await prisma.user.findMany();
  if (users.length > 2) { await prisma.$disconnect(); process.exit(2); }
}
main()
  .then(() => console.log('fewer'))
  .finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'an exit of a main that gives a value',
    before: `async function main() {
  const users = await prisma.user.findMany();
  if (users.length > 2) {
    process.exit(2);
  }
  return users.length;
}
main().finally(() => prisma.$disconnect());
`,
    after: `async function main() {
  const users = await prisma.user.findMany();
  if (users.length > 2) {
    await prisma.$disconnect();
    process.exit(2);
  }
  return users.length;
}
main().finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'exits that end main either way',
    before: `async function main() {
  try {
    await prisma.user.findMany();
    process.exit(0);
  } catch (e) {
    console.error(e);
    process.exit(1);
  }
}
main();
`,
    after: `async function main() {
  try {
    await prisma.user.findMany();
    await prisma.$disconnect();
    process.exit(0);
  } catch (e) {
    console.error(e);
    await prisma.$disconnect();
    process.exit(1);
  }
}
main();
`,
  },
  {
    name: 'an exit in a switch',
    before: `async function main() {
  const users = await prisma.user.findMany();
  switch (users.length) {
    case 3:
      process.exit(3);
    default:
      console.log('other');
  }
}
main().finally(() => prisma.$disconnect());
`,
    after: `async function main() {
  const users = await prisma.user.findMany();
  switch (users.length) {
    case 3:
      process.exitCode = 3;
      return;
    default:
      console.log('other');
  }
}
main().finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'a promise that is made by hand',
    before: `new Promise((resolve) => resolve(prisma.user.findMany())).then((users) => console.log(users.length));
`,
    after: `new Promise((resolve) => resolve(prisma.user.findMany())).then((users) => console.log(users.length)).finally(() => prisma.$disconnect());
`,
  },
]

/** As MENDED, for modules that may wait at their top. */
export const MENDED_AT_THE_TOP: readonly EndingShape[] = [
  {
    name: 'an awaited main',
    before: `${MAIN}
await main();
`,
    after: `${MAIN}
await main().finally(() => prisma.$disconnect());
`,
  },
  {
    name: 'queries at the top',
    before: `const users = await prisma.user.findMany();
for (const user of users) {
  await prisma.user.findMany({ where: user });
}
console.log(users.length); // all of them
`,
    after: `const users = await prisma.user.findMany();
for (const user of users) {
  await prisma.user.findMany({ where: user });
}
console.log(users.length); // all of them
await prisma.$disconnect();
`,
  },
  {
    name: 'two awaited functions',
    before: `async function seedUsers() {
  await prisma.user.findMany();
}
const seedPosts = async () => prisma.user.findMany();
await seedUsers();
await seedPosts();
`,
    after: `async function seedUsers() {
  await prisma.user.findMany();
}
const seedPosts = async () => prisma.user.findMany();
await seedUsers();
await seedPosts();
await prisma.$disconnect();
`,
  },
  {
    name: 'an exit in a try at the top',
    before: `${MAIN}
try {
  await main();
} catch (e) {
  console.error(e);
  process.exit(1);
} finally {
  await prisma.$disconnect();
}
`,
    after: `${MAIN}
try {
  await main();
} catch (e) {
  console.error(e);
  process.exitCode = 1;
} finally {
  await prisma.$disconnect();
}
`,
  },
  {
    name: 'an exit in the middle of a module, which cannot return',
    before: `const users = await prisma.user.findMany();
if (users.length > 2) {
  process.exit(2);
}
console.log(users.length);
await prisma.$disconnect();
`,
    after: `const users = await prisma.user.findMany();
if (users.length > 2) {
  await prisma.$disconnect();
  process.exit(2);
}
console.log(users.length);
await prisma.$disconnect();
`,
  },
  {
    name: 'exits after success and failure at the top',
    before: `${MAIN}
try {
  await main();
  process.exit(0);
} catch (e) {
  console.error(e);
  process.exit(1);
}
`,
    after: `${MAIN}
try {
  await main().finally(() => prisma.$disconnect());
  process.exit(0);
} catch (e) {
  console.error(e);
  process.exit(1);
}
`,
  },
]

const RIGHT: readonly (readonly [name: string, text: string])[] = [
  [
    'a disconnect on both paths, with an exit after it',
    `${MAIN}
main()
  .then(async () => {
    await prisma.$disconnect();
  })
  .catch(async (e) => {
    console.error(e);
    await prisma.$disconnect();
    process.exit(1);
  });
`,
  ],
  [
    'an exit code and a finally',
    `${MAIN}
main()
  .catch((e) => {
    console.error(e);
    process.exitCode = 1;
  })
  .finally(() => prisma.$disconnect());
`,
  ],
  [
    'a method that is handed on',
    `${MAIN}
main().finally(prisma.$disconnect);
`,
  ],
  [
    'a method that is taken out of the client',
    `const { $disconnect: close } = prisma;
${MAIN}
main().finally(() => close());
`,
  ],
  [
    'a finally around all of main',
    `async function main() {
  if (process.argv.includes('--help')) process.exit(0);
  try {
    await prisma.user.findMany();
  } finally {
    await Promise.all([prisma.$disconnect(), Promise.resolve()]);
  }
}
main();
`,
  ],
  [
    'an exit after a finally',
    `${MAIN}
main().finally(() => prisma.$disconnect()).then(() => process.exit(0), () => process.exit(1));
`,
  ],
  [
    'a function that only others call',
    `export async function runSeed() {
  await prisma.user.findMany();
  process.exit(1);
}
`,
  ],
  [
    'exits that stand before any query',
    `function usage(): never {
  console.error('usage');
  process.exit(2);
}
async function main() {
  if (process.argv.length > 9) usage();
  await prisma.user.findMany();
}
main().finally(() => prisma.$disconnect());
`,
  ],
  [
    'an exit in a handler of a signal',
    `process.on('SIGINT', () => process.exit(130));
${MAIN}
main().finally(() => prisma.$disconnect());
`,
  ],
  [
    'a client with listeners, extended under another name',
    `prisma.$on('query', () => {});
const extended = prisma.$extends({});
async function main() {
  await extended.user.findMany();
}
main().finally(() => extended.$disconnect());
`,
  ],
  [
    'a disconnect whose own failure is let pass',
    `${MAIN}
main().finally(() => prisma.$disconnect().catch(() => {}));
`,
  ],
  [
    'a script that is run by runScript',
    `import { runScript } from '@oneprisma/client/script';
void runScript(async () => {
  await prisma.user.findMany();
});
`,
  ],
  [
    'a script that is run by runScript of a CommonJS module',
    `const script = require('@oneprisma/client/script');
void script.runScript(async () => {
  await prisma.user.findMany();
});
`,
  ],
  [
    'a client that is used by using',
    `async function main() {
  await using client = prisma;
  await client.user.findMany();
}
main();
`,
  ],
  [
    'a script that does nothing with its client',
    `async function main() {
  console.log('nothing');
}
main().catch(() => process.exit(1));
`,
  ],
]

/** What is right as it is. */
export const UNCHANGED: readonly EndingShape[] = RIGHT.map(([name, text]) => ({
  name,
  before: text,
  after: text,
}))
