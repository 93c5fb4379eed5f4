#!/usr/bin/env node
await import('../dist/node/test-command.js')
