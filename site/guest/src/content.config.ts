import { readdir } from 'node:fs/promises';
import { defineCollection } from 'astro:content';
import { glob, type Loader } from 'astro/loaders';
import { renderProblem, type Problem } from '#bookings/model/problem.ts';
import { findContentProblems, frontMatterSchema, toUnreadable } from './content-problems.ts';

const files = glob({
  base: './content',
  pattern: '**/*.md',
  generateId: ({ entry }) => entry.replace(/\.md$/, ''),
});

/** Reads all files before it says what is wrong with any, so that one build reports everything. */
const loader: Loader = {
  name: 'guest-content',
  load: async (context) => {
    // What an earlier build of another state left behind is not asked.
    context.store.clear();
    try {
      await files.load({ ...context, parseData: async ({ data }) => data });
    } catch (error) {
      refuse(toUnreadable(error));
      throw error;
    }
    const art = await readdir(new URL('art/', context.config.root));
    refuse(findContentProblems(context.store.values(), art.toSorted()));
  },
};

function refuse(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new Error(`The guests’ texts cannot be used yet:\n\n${problems.map(renderProblem).join('\n\n')}\n`);
}

export const collections = { passages: defineCollection({ loader, schema: frontMatterSchema }) };
