import { expect, it } from 'vitest'
import { chartOption } from './option'

const ink = { text: '#555', line: '#ddd', raised: '#fff' }
const format = (value: number) => `${value} calls`

it('bars stand on each other, and the axis counts in whole numbers', () => {
  const option = chartOption(
    {
      kind: 'bar',
      labels: ['Mon', 'Tue'],
      series: [
        { name: 'good', values: [1, 2] },
        { name: 'bad', values: [0, null], colour: 'bad' },
      ],
      format,
    },
    ink,
  )
  expect(option.xAxis.data).toEqual(['Mon', 'Tue'])
  expect(option.yAxis.minInterval).toBe(1)
  expect(option.series.map(({ stack }) => stack)).toEqual(['all', 'all'])
  expect(option.series[0]?.itemStyle.color).not.toBe(option.series[1]?.itemStyle.color)
})

it('a line keeps its gaps, and the tip says so', () => {
  const option = chartOption(
    { kind: 'line', labels: ['a', 'b'], series: [{ name: 's', values: [0.5, null] }], format },
    ink,
  )
  expect(option.series[0]?.data).toEqual([0.5, null])
  expect(option.series[0]?.showSymbol).toBe(true)
  expect(option.tooltip.valueFormatter(undefined)).toBe('–')
  expect(option.tooltip.valueFormatter(2)).toBe('2 calls')
})
