/// <reference lib="dom" />
/** A run that goes on: its server sends the report after every trial. */
import { counted } from '../../quantity.ts';
import type { RunDocument } from '../../result.ts';
import { isMeasured } from '../summary/sections.ts';
import { element } from './dom.ts';

/** Calls back with each new report. Without effect on a page that is not served. */
export function listen(first: RunDocument, grown: (report: RunDocument) => void): void {
  const address = document.querySelector('meta[name="iobench-events"]')?.getAttribute('content');
  if (!address) return;
  const status = element('p', { class: 'live', role: 'status' });
  document.body.prepend(status);
  const show = (report: RunDocument) => {
    status.textContent = `This run is going on: ${counted(trialsOf(report), 'trial')} so far. Watching it takes a little CPU time from the measured processes.`;
  };
  show(first);
  const events = new EventSource(address);
  events.addEventListener('report', (event) => {
    const report = JSON.parse(event.data) as RunDocument;
    show(report);
    grown(report);
  });
  events.addEventListener('end', () => {
    events.close();
    status.textContent = 'This run has ended; the report is complete.';
  });
}

function trialsOf({ cells, capacities = [] }: RunDocument): number {
  const ofCells = cells.filter(isMeasured).reduce((sum, { trials }) => sum + trials, 0);
  return capacities.reduce((sum, { steps }) => sum + steps.length, ofCells);
}
