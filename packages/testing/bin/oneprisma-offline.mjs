#!/usr/bin/env node
await import('../dist/offline-command.js')
