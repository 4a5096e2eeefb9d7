// JupyterLab shows an image without the alternative text of its metadata. This renderer is
// JupyterLab's own, plus that one attribute. Written as the container that JupyterLab asks
// for (init, get), so that there is nothing to build.
(() => {
  let shared;

  const load = async name => {
    const [version] = Object.values(shared[name]);
    return (await version.get())();
  };

  const withAlternativeText = RenderedImage =>
    class extends RenderedImage {
      async render(model) {
        await super.render(model);
        const metadata = model.metadata[this.mimeType];
        const image = this.node.querySelector('img');
        if (image && metadata && metadata.alt) {
          image.alt = metadata.alt;
        }
      }
    };

  const makeExtension = ({ RenderedImage }) => {
    const Renderer = withAlternativeText(RenderedImage);
    return {
      id: 'medtutor-alt-text:image',
      rendererFactory: {
        safe: true,
        mimeTypes: ['image/png'],
        createRenderer: options => new Renderer(options)
      },
      rank: 90,
      dataType: 'string'
    };
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['medtutor-alt-text'] = {
    init: scope => {
      shared = scope;
    },
    get: async () => {
      const extension = makeExtension(await load('@jupyterlab/rendermime'));
      return () => ({ __esModule: true, default: extension });
    }
  };
})();
