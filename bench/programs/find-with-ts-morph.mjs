// Prints the `new PrismaClient` of a list of files, found with ts-morph; with `prefilter` only files
// that hold the word are parsed.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Node, Project, SyntaxKind } from 'ts-morph'

const [root, list, prefilter] = process.argv.slice(2)
const project = new Project({
  compilerOptions: { allowJs: true },
  skipAddingFilesFromTsConfig: true,
  skipFileDependencyResolution: true,
})
const files = new Map()
for (const path of JSON.parse(readFileSync(list, 'utf8'))) {
  const file = join(root, path)
  if (prefilter !== undefined && !readFileSync(file, 'utf8').includes('PrismaClient')) continue
  files.set(path, project.addSourceFileAtPath(file))
}
const sites = []
for (const [path, file] of files) {
  const made = file.getDescendantsOfKind(SyntaxKind.NewExpression)
  // Looking for names costs more than looking for `new`, and most modules have none to find.
  const names = made.length > 0 && file.getFullText().includes('PrismaClient') && namesIn(file)
  if (!names) continue
  for (const each of made) {
    const callee = each.getExpression()
    const isName = Node.isIdentifier(callee) && names.has(callee.getText())
    const isMember = Node.isPropertyAccessExpression(callee) && callee.getName() === 'PrismaClient'
    if (isName || isMember) sites.push(`${path}:${each.getStartLineNumber()}`)
  }
}
console.log(JSON.stringify({ sites, failures: 0 }))

function namesIn(file) {
  const names = new Set()
  for (const declaration of file.getImportDeclarations()) {
    for (const specifier of declaration.getNamedImports()) {
      if (specifier.getName() !== 'PrismaClient') continue
      names.add(specifier.getAliasNode()?.getText() ?? 'PrismaClient')
    }
  }
  for (const element of file.getDescendantsOfKind(SyntaxKind.BindingElement)) {
    const name = element.getPropertyNameNode()?.getText() ?? element.getName()
    if (name === 'PrismaClient') names.add(element.getName())
  }
  for (const declarator of file.getDescendantsOfKind(SyntaxKind.VariableDeclaration)) {
    const init = declarator.getInitializer()
    if (Node.isPropertyAccessExpression(init) && init.getName() === 'PrismaClient') {
      names.add(declarator.getName())
    }
  }
  return names
}
