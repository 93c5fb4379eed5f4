import { Converter } from 'typedoc'

/**
 * A plugin of typedoc: the page of the package's own entry is `core`, for `index` is the list of all
 * pages.
 */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      if (module.name === 'index') module.name = 'core'
    }
  })
}
