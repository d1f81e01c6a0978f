/** What charts show, also for those who do not see them. */
export const charts = {
  nothing: (label: string) => `${label}: nothing yet`,
  summary: (label: string, least: string, most: string, last: string) =>
    `${label}: between ${least} and ${most}, last ${last}`,
  range: 'Time range',
  volume: { title: 'Attempts', acknowledged: 'Acknowledged', failed: 'Failed' },
  responseTime: { title: 'Response time', p50: 'Median', p95: '95%' },
} as const;
