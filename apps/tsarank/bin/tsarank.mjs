#!/usr/bin/env node
// Runs the TypeScript sources directly, so that the command works right after `npm ci`, without a build.
import { register } from 'tsx/cjs/api';
import { createRequire } from 'node:module';

register();
createRequire(import.meta.url)('../src/main.ts');
