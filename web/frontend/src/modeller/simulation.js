// Tokens walk through a copy of the diagram, so that the way it runs can be seen; nothing of the flow is changed or executed.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import simulation from 'bpmn-js-token-simulation/lib/viewer.js';
import { fit } from './drawing.js';
import spiff from './spiff.json';
import { translate } from './words.js';

/** Shows the simulation in `place`; returns what ends it. */
export async function simulate(place, text) {
  const viewer = new NavigatedViewer({ container: place, moddleExtensions: { spiffworkflow: spiff }, additionalModules: [{ translate: ['value', translate] }, simulation] });
  await viewer.importXML(text);
  fit(viewer.get('canvas'));
  viewer.get('toggleMode').toggleMode();
  return () => viewer.destroy();
}
