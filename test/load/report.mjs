const COLUMNS = [
  '',
  'requests',
  'failed',
  'rate/s',
  'CPU ms',
  'Node',
  'Postgres',
  'p50 ms',
  'p99 ms',
  'client CPU',
];

/** The figures of one measurement; CPU is of all server processes, per answered request. */
export function figures(name, report, before, after) {
  const answered = report.results.filter(({ status }) => status === 200);
  const latencies = answered.map(({ ms }) => ms).sort((a, b) => a - b);
  const count = Math.max(1, answered.length);
  const node = (after.program - before.program) / count;
  const postgres = (after.database - before.database) / count;
  return [
    name,
    String(answered.length),
    String(report.results.length - answered.length),
    (answered.length / (report.elapsedMs / 1_000)).toFixed(0),
    (node + postgres).toFixed(2),
    node.toFixed(2),
    postgres.toFixed(2),
    quantile(latencies, 0.5),
    quantile(latencies, 0.99),
    (report.clientCpuMs / count).toFixed(2),
  ];
}

/** Lines of text in columns, ready to print and valid Markdown. */
export function table(rows, columns = COLUMNS) {
  const all = [columns, ...rows];
  const widths = columns.map((_, at) => Math.max(3, ...all.map((row) => row[at].length)));
  const line = (row) =>
    `| ${row.map((cell, at) => (at ? cell.padStart(widths[at]) : cell.padEnd(widths[at]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, at) => (at ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width))).join(' | ')} |`;
  return [line(columns), rule, ...rows.map(line)].join('\n');
}

/** The value below which that share of the sorted ones lies, as text; `-` when there is none. */
export function quantile(sorted, share) {
  const value = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
  return value === undefined ? '-' : value.toFixed(value < 10 ? 1 : 0);
}
