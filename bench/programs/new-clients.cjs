/**
 * The lines on which a program calls a constructor that it imports under the name PrismaClient,
 * as a codemod with jscodeshift finds them.
 */
function newClients(jscodeshift, program) {
  const made = program.find(jscodeshift.NewExpression).nodes()
  if (made.length === 0) return []
  const names = namesIn(jscodeshift, program)
  return made
    .filter(({ callee }) =>
      callee.type === 'MemberExpression'
        ? callee.property.name === 'PrismaClient'
        : callee.type === 'Identifier' && names.has(callee.name),
    )
    .map(({ loc }) => loc.start.line)
}

function namesIn(jscodeshift, program) {
  const names = new Set()
  program.find(jscodeshift.ImportSpecifier).forEach(({ node }) => {
    if (node.imported.name === 'PrismaClient') names.add((node.local ?? node.imported).name)
  })
  program.find(jscodeshift.VariableDeclarator).forEach(({ node: { id, init } }) => {
    if (id.type === 'ObjectPattern') {
      for (const { key, value } of id.properties) {
        if (key?.name === 'PrismaClient' && value?.type === 'Identifier') names.add(value.name)
      }
    } else if (init?.type === 'MemberExpression' && init.property.name === 'PrismaClient') {
      names.add(id.name)
    }
  })
  return names
}

module.exports = { newClients }
