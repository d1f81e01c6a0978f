import './charts.css';

export interface SparklineProps {
  /** What it shows, in words: "94.2% of 1,204 acknowledged in 24 hours". */
  readonly label: string;
  /** For each interval how many went well and how many did not. */
  readonly values: readonly { readonly good: number; readonly bad: number }[];
  readonly width?: number;
  readonly height?: number;
}

/** A row of small bars: how much happened, and how much of it failed. */
export function Sparkline({ label, values, width = 120, height = 26 }: SparklineProps) {
  const most = Math.max(1, ...values.map(({ good, bad }) => good + bad));
  const step = width / Math.max(1, values.length);
  // What failed is seen however little it is.
  const tall = (count: number) => (count === 0 ? 0 : Math.max(2, (count / most) * height));
  return (
    <svg role="img" aria-label={label} width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
      <title>{label}</title>
      <line x1={0} x2={width} y1={height - 0.5} y2={height - 0.5} stroke="var(--chart-line)" />
      {values.map(({ good, bad }, index) => {
        const x = index * step;
        const badTall = tall(bad);
        const goodTall = Math.min(tall(good), height - badTall);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: intervals have no other name than their place
          <g key={index}>
            <rect
              x={x}
              width={Math.max(1, step - 1)}
              y={height - goodTall - badTall}
              height={goodTall}
              fill="var(--chart-good)"
            />
            <rect
              x={x}
              width={Math.max(1, step - 1)}
              y={height - badTall}
              height={badTall}
              fill="var(--chart-bad)"
            />
          </g>
        );
      })}
    </svg>
  );
}
