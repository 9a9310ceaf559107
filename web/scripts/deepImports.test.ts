import { expect, it } from 'vitest'
import { deepImports } from './deepImports'

function rewritten(code: string): string | null {
  const transform = deepImports().transform as (code: string, id: string) => string | null
  return transform(code, '/src/Page.tsx')
}

it('turns named imports into deep ones', () => {
  expect(rewritten("import { Button, DatePicker } from 'antd'")).toBe(
    "import Button from 'antd/es/button'; import DatePicker from 'antd/es/date-picker';",
  )
  expect(rewritten("import { CopyOutlined } from '@ant-design/icons'")).toBe(
    "import CopyOutlined from '@ant-design/icons/es/icons/CopyOutlined';",
  )
})

it('touches nothing else', () => {
  const code = "import { useState } from 'react'"
  expect(rewritten(code)).toBe(code)
})
