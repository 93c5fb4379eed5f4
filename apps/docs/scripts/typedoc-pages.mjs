import GithubSlugger from 'github-slugger'
import { Converter, PageEvent, ReflectionKind } from 'typedoc'

/** A plugin of typedoc, for pages whose names and headings are those of the site. */
export function load(app) {
  // `index` is the list of all pages.
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      if (module.name === 'index') module.name = 'core'
    }
    // One that is taken apart in the signature has no name of its own.
    for (const parameter of project.getReflectionsByKind(ReflectionKind.Parameter)) {
      const type = parameter.type?.name ?? 'Options'
      const name = type.endsWith('Options') ? 'options' : type[0].toLowerCase() + type.slice(1)
      if (parameter.name === '__namedParameters') parameter.name = name
    }
  })
  // To typedoc, the type `TenantsStatus` is the second of its name, after `status` of `Tenants`.
  app.renderer.on(PageEvent.END, (page) => {
    const anchors = anchorsOf(page.contents)
    page.contents = page.contents.replaceAll(/\]\(#([\w-]+)-\d+\)/g, (link, name) =>
      anchors.has(link.slice(3, -1)) ? link : `](#${name})`,
    )
  })
}

function anchorsOf(markdown) {
  const slugger = new GithubSlugger()
  const headings = [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, text]) => slugger.slug(text))
  return new Set([...headings, ...[...markdown.matchAll(/<a id="([^"]+)"/g)].map(([, id]) => id)])
}
