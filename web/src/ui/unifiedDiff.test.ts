import { expect, it } from 'vitest'
import { diffLines, diffSize } from './unifiedDiff'

const DIFF = `--- a/hello.py
+++ b/hello.py
@@ -1,3 +1,3 @@
 import sys
-print('hi')
+print('hello')
 
@@ -20 +20,2 @@ def main():
 run()
+stop()
`

it('numbers the lines of a diff as both files do', () => {
  expect(diffLines(DIFF).map(({ kind, text, before, after }) => [kind, text, before, after])).toEqual([
    ['same', 'import sys', 1, 1],
    ['removed', "print('hi')", 2, null],
    ['added', "print('hello')", null, 2],
    ['same', '', 3, 3],
    ['gap', 'def main():', null, null],
    ['same', 'run()', 20, 20],
    ['added', 'stop()', null, 21],
  ])
})

it('counts what came and what went', () => {
  expect(diffSize(diffLines(DIFF))).toEqual({ added: 2, removed: 1 })
})

it('keeps a removed line that looks like a header, and notes of no newline out', () => {
  const lines = diffLines('@@ -1,2 +1 @@\n--- SQL comment\n-x\n+y\n\\ No newline at end of file\n')
  expect(lines.map(({ text }) => text)).toEqual(['-- SQL comment', 'x', 'y'])
})

it('says nothing of what is no diff', () => {
  expect(diffLines('Binary files differ')).toEqual([])
  expect(diffLines('')).toEqual([])
})
