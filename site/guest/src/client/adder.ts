import { button, element, on } from './element.ts';

/** What adds pictures: a button with its hidden input, and all of the section for what is dropped there. */
export function createAdder(
  text: string,
  section: HTMLElement,
  choose: (files: readonly File[]) => void,
): readonly [HTMLElement, HTMLElement] {
  const input = element('input', { type: 'file', accept: 'image/*,.heic,.heif', multiple: '', hidden: '' });
  on(input, 'change', () => {
    choose([...(input.files ?? [])]);
    input.value = '';
  });
  for (const type of ['dragover', 'dragleave', 'drop'] as const)
    on(section, type, (event) => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      section.classList.toggle('ph-drop', type === 'dragover');
      if (type === 'drop') choose([...event.dataTransfer.files]);
    });
  return [button(text, () => input.click()), input];
}
