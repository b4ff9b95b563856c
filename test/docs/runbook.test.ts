import { describe, expect, it } from 'vitest';
import { functionNames } from '#scripts/build-functions.ts';
import { localConfig, localGraph, ofKind } from '#test/fixtures/local-graph.ts';
import { readDocument } from './read-document.ts';

const runbook = readDocument('runbook');

/** Sections with the name of an alarm: "### `<function>-errors`", where anything may stand for a word in angle brackets. */
const sections = Array.from(runbook.matchAll(/^### `([^`]+)`$/gm), ([, name]) => name!);
const patternOf = (section: string) => new RegExp(`^${section.replaceAll(/<\w+>/g, '[a-z-]+')}$`);

const alarmNames = async () =>
  ofKind(await localGraph(), 'MetricAlarm').map(({ inputs }) =>
    String(inputs.name).slice(localConfig.namePrefix.length),
  );

describe('the runbook', () => {
  it('has a section for every alarm', async () => {
    const names = await alarmNames();
    expect(names.length).toBeGreaterThan(20);
    const unknown = names.filter((name) => !sections.some((section) => patternOf(section).test(name)));
    expect(unknown).toEqual([]);
  });

  it('has no section for an alarm that there is not', async () => {
    const names = await alarmNames();
    const idle = sections.filter((section) => !names.some((name) => patternOf(section).test(name)));
    expect(idle).toEqual([]);
  });

  it('says what stands still when a function fails, for every function', async () => {
    const [, table = ''] = runbook.split('## What stands still when a function fails');
    const rows = Array.from(table.split('\n## ')[0]!.matchAll(/^\| `([^`]+)`/gm), ([, name]) => name!);
    expect(rows.toSorted()).toEqual([...(await functionNames()), 'crew-portal'].toSorted());
  });

  it('leads somewhere with each of its links', () => {
    const headings = (name: string) =>
      Array.from(readDocument(name).matchAll(/^#+ (.+)$/gm), ([, heading]) => anchorOf(heading!));
    const broken = ['runbook', 'going-live', 'costs'].flatMap((name) =>
      Array.from(readDocument(name).matchAll(/\]\((?:([a-z-]+)\.md)?(?:#([^)]+))?\)/g), ([, file, anchor]) =>
        anchor === undefined || headings(file ?? name).includes(anchor)
          ? []
          : [`${name}: ${file ?? ''}#${anchor}`],
      ).flat(),
    );
    expect(broken).toEqual([]);
  });
});

/** As GitHub makes it: `After a leak` → `after-a-leak`. */
const anchorOf = (heading: string) =>
  heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .replaceAll(' ', '-');
