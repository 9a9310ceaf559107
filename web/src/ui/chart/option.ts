/** What ECharts is to draw: axes, lines or bars, in the colours of the page. Pure. */
import { colourOf, type Meaning } from './palette'

export interface Series {
  name: string
  /** Null where nobody knows. */
  values: (number | null)[]
  colour?: Meaning
}

export interface ChartWanted {
  kind: 'line' | 'bar'
  /** What stands under each value. */
  labels: string[]
  series: Series[]
  format: (value: number) => string
}

export interface Ink {
  text: string
  line: string
  raised: string
}

export function chartOption({ kind, labels, series, format }: ChartWanted, ink: Ink) {
  return {
    animation: false,
    grid: { left: 4, right: 12, top: 12, bottom: 2, outerBoundsMode: 'same', outerBoundsContain: 'axisLabel' },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: ink.raised,
      borderColor: ink.line,
      textStyle: { color: ink.text, fontSize: 12.5, fontFamily: 'inherit' },
      axisPointer: { type: kind === 'bar' ? 'shadow' : 'line', lineStyle: { color: ink.line } },
      valueFormatter: (value: unknown) => (typeof value === 'number' ? format(value) : '–'),
    },
    xAxis: {
      type: 'category',
      data: labels,
      boundaryGap: kind === 'bar',
      axisLine: { lineStyle: { color: ink.line } },
      axisTick: { show: false },
      axisLabel: { color: ink.text, fontSize: 12, hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      minInterval: isWhole(series) ? 1 : 0,
      splitNumber: 3,
      splitLine: { lineStyle: { color: ink.line } },
      axisLabel: { color: ink.text, fontSize: 12, formatter: format },
    },
    series: series.map(({ name, values, colour }, index) => ({
      name,
      type: kind,
      data: values,
      stack: kind === 'bar' ? 'all' : undefined,
      barMaxWidth: 28,
      showSymbol: values.filter((value) => value !== null).length < 3,
      symbolSize: 6,
      lineStyle: { width: 2 },
      areaStyle: kind === 'line' && series.length === 1 ? { opacity: 0.12 } : undefined,
      itemStyle: { color: colourOf(index, colour), borderRadius: kind === 'bar' ? 2 : 0 },
    })),
  }
}

/** Half a person on the axis would be odd. */
function isWhole(series: Series[]): boolean {
  return series.every(({ values }) => values.every((value) => value === null || Number.isInteger(value)))
}
