/** The part of ECharts that is used, in a chunk of its own. */
import { BarChart, LineChart } from 'echarts/charts'
import { GridComponent, TooltipComponent } from 'echarts/components'
import { type EChartsCoreOption, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, LineChart, GridComponent, TooltipComponent, CanvasRenderer])

export interface Drawing {
  show(option: EChartsCoreOption): void
  end(): void
}

/** Draws into the element and follows its size. */
export function drawIn(element: HTMLElement): Drawing {
  const chart = init(element)
  const watcher = new ResizeObserver(() => chart.resize())
  watcher.observe(element)
  return {
    show: (option) => chart.setOption(option, { notMerge: true }),
    end: () => {
      watcher.disconnect()
      chart.dispose()
    },
  }
}
