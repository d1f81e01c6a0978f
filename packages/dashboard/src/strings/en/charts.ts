/** Charts for those who do not see them. */
export const charts = {
  nothing: (label: string) => `${label}: nothing yet`,
  summary: (label: string, least: string, most: string, last: string) =>
    `${label}: between ${least} and ${most}, last ${last}`,
  range: 'Time range',
} as const;
