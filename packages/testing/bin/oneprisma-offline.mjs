#!/usr/bin/env node
// Runs the TypeScript source of the command with tsx, whose loader is registered first.
import { register } from 'tsx/esm/api'

register()
await import('../src/offline-command.ts')
