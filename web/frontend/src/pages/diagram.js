import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
window.X = NavigatedViewer;
