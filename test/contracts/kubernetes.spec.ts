import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { PROGRAMS } from '../installation/program-set.js';
import { WORKSPACE } from '../installation/program.js';

const BASE = join(WORKSPACE, 'deploy/k8s/base');

type Labels = Readonly<Record<string, string>>;

interface Selector {
  readonly matchLabels: Labels;
}

interface Deployment {
  readonly kind: 'Deployment';
  readonly metadata: { readonly name: string };
  readonly spec: { readonly template: { readonly metadata: { readonly labels: Labels } } };
}

interface Policy {
  readonly kind: 'NetworkPolicy';
  readonly spec: {
    readonly podSelector: Selector;
    readonly policyTypes: readonly string[];
    readonly ingress: readonly {
      readonly from: readonly { readonly podSelector: Selector }[];
      readonly ports: readonly { readonly port: number }[];
    }[];
  };
}

let deployments: Deployment[];
let policies: Policy[];

beforeAll(async () => {
  const { resources } = parse(await readFile(join(BASE, 'kustomization.yaml'), 'utf8')) as {
    resources: string[];
  };
  const files = resources.filter((path) => path.endsWith('.yaml'));
  const texts = await Promise.all(files.map((file) => readFile(join(BASE, file), 'utf8')));
  const documents = texts.flatMap((text) =>
    parseAllDocuments(text).map((document) => document.toJS() as Deployment | Policy | { kind: 'Service' }),
  );
  deployments = documents.filter((document) => document.kind === 'Deployment');
  policies = documents.filter((document) => document.kind === 'NetworkPolicy');
});

function selects({ matchLabels }: Selector, { spec }: Deployment): boolean {
  const { labels } = spec.template.metadata;
  return Object.entries(matchLabels).every(([name, value]) => labels[name] === value);
}

/** The Deployments whose pods the policies let in to a port of a program; null when no policy closes its pods at all. */
function letIn(program: string, port: number): string[] | null {
  const target = deployments.find(({ metadata }) => metadata.name === program) as Deployment;
  const closing = policies.filter(
    ({ spec }) => spec.policyTypes.includes('Ingress') && selects(spec.podSelector, target),
  );
  if (closing.length === 0) return null;
  const rules = closing.flatMap(({ spec }) =>
    spec.ingress.filter(({ ports }) => ports.some((one) => one.port === port)),
  );
  const peers = rules.flatMap(({ from }) => from);
  return deployments
    .filter((caller) => peers.some(({ podSelector }) => selects(podSelector, caller)))
    .map(({ metadata }) => metadata.name)
    .sort();
}

describe('the network policies of Kubernetes', () => {
  it.each(PROGRAMS)(
    'let programs alone call %s, and the front door besides them ask it by http',
    (program) => {
      expect(letIn(program, 9090)).toEqual([...PROGRAMS].sort());
      expect(letIn(program, 8080)).toEqual([...PROGRAMS, 'front-door'].sort());
    },
  );

  it('name each port and each caller, for a rule without them lets everybody in', () => {
    const rules = policies.flatMap(({ spec }) => spec.ingress);
    expect(rules).toHaveLength(2);
    for (const { from, ports } of rules) {
      expect(ports).toHaveLength(1);
      for (const peer of from) expect(Object.keys(peer)).toEqual(['podSelector']);
    }
  });
});
