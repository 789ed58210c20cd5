/// The look of the page: light or dark as the reader's system is, light on paper; wide tables scroll by
/// themselves.
enum PageStyle {
  static var sheet: Markup {
    let light = Palette.colours.enumerated().map { "--c\($0.offset):\($0.element.light);" }.joined()
    let dark = Palette.colours.enumerated().map { "--c\($0.offset):\($0.element.dark);" }.joined()
    let classes = Palette.colours.indices.map { ".c\($0){--mark:var(--c\($0))}" }.joined()
    return """
      :root{color-scheme:light dark;\(lightColours)\(light)}
      @media (prefers-color-scheme:dark){:root{\(darkColours)\(dark)}}
      @media print{:root{color-scheme:light;\(lightColours)\(light)}}
      \(rules)\(classes)

      """
  }

  private static let lightColours: Markup =
    "--paper:#fff;--ink:#1b2026;--quiet:#59626c;--rule:#d8dde3;--tint:#f3f5f8;--link:#0b5cad;--heat:#e39a2d;--shade:rgb(0 0 0/20%);"
  private static let darkColours: Markup =
    """
    --paper:#14171b;--ink:#e6e9ed;--quiet:#a6afb9;--rule:#363d46;--tint:#1d2127;--link:#7ebcf9;\
    --heat:#c07a1a;--shade:rgb(0 0 0/65%);
    """

  private static let rules: Markup = """
    *{box-sizing:border-box}
    html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{margin:0 auto;max-width:76rem;padding:2.5rem 1.25rem 4rem;background:var(--paper);color:var(--ink);
    font:1rem/1.55 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
    h1{font-size:2rem;line-height:1.2;margin:0 0 .75rem;font-weight:650;overflow-wrap:anywhere}
    h2{font-size:1.3rem;line-height:1.3;margin:0 0 .5rem;font-weight:650}
    h3{font-size:1rem;margin:1.25rem 0 .5rem;font-weight:650}
    p,ul,dl{margin:0 0 .75rem}
    section{margin-top:2.5rem;padding-top:1.5rem;border-top:1px solid var(--rule)}
    section>p,.verdict{max-width:44rem}
    a{color:var(--link)}
    .note code{white-space:nowrap}
    code,pre{font:.875em/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
    pre{background:var(--tint);padding:.75rem 1rem;
    border-radius:.375rem;white-space:pre-wrap;overflow-wrap:anywhere;
    margin:0 0 .75rem}
    .kicker{color:var(--quiet);font-size:.875rem;letter-spacing:.04em;margin:0 0 .25rem}
    .verdict{font-size:1.2rem;line-height:1.5;margin:0 0 .75rem}.verdict p{margin:0}
    .verdict ul{margin:.15rem 0 0;padding-left:1.2rem}
    .quiet,.note{color:var(--quiet)}
    .note{font-size:.875rem;max-width:44rem}
    .warning{border-left:.25rem solid var(--heat);padding:.25rem .75rem;
    background:var(--tint);overflow-wrap:anywhere}
    nav ul,.legend{list-style:none;margin:.75rem 0;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}
    nav{font-size:.9375rem}
    .legend{font-size:.875rem;gap:.25rem 1.1rem}
    .legend li{display:flex;align-items:center;gap:.4rem;overflow-wrap:anywhere}
    .table{margin:0 0 .75rem;max-width:100%}
    .caption{font-weight:650;margin:0 0 .4rem}
    .hint{display:none;color:var(--quiet);font-size:.8125rem;margin:0 0 .35rem}
    .scroll{overflow-x:auto;background:
    linear-gradient(to right,var(--paper) 40%,transparent) left/3rem 100% local,
    linear-gradient(to left,var(--paper) 40%,transparent) right/3rem 100% local,
    linear-gradient(to left,var(--shade),transparent) right/1rem 100% scroll,var(--paper);
    background-repeat:no-repeat}
    .scroll th:first-child{position:sticky;left:0;background:var(--paper)}
    .scroll:focus-visible{outline:2px solid var(--link);outline-offset:2px}
    table{border-collapse:collapse;font-size:.8125rem;line-height:1.35;font-variant-numeric:tabular-nums}
    th,td{padding:.3rem .45rem;text-align:right;white-space:nowrap;font-weight:400}
    thead th{color:var(--quiet);border-bottom:1px solid var(--rule);vertical-align:bottom}
    th:first-child,td:first-child{text-align:left;padding-left:0}
    th.text,td.text{text-align:left}td.text{white-space:normal;min-width:16rem}
    tbody+tbody tr:first-child>*{border-top:1px solid var(--rule)}
    tbody th[scope=row]{white-space:nowrap}
    td.best{font-weight:700}
    .summary{font-size:.9375rem;margin:0 0 .75rem}
    .summary th,.summary td{white-space:normal;text-align:left;vertical-align:top;padding:.4rem 1.25rem .4rem 0}
    .summary tbody tr+tr>*{border-top:1px solid var(--rule)}
    .summary tbody th{font-weight:650}
    .terms{font-size:.875rem;grid-template-columns:max-content minmax(0,44rem);gap:.1rem 1rem;color:var(--quiet)}
    .terms dt{color:var(--ink)}
    .steps span{display:inline-block;max-width:100%}
    .steps code{display:block;background:var(--tint);padding:.35rem .6rem;border-radius:.25rem}
    .beats::before{content:"▼ ";font-size:.75em}.loses::before{content:"▲ ";font-size:.75em}
    .ties::before{content:"≈ "}
    .range{color:var(--quiet);font-size:.9em}
    .heat td{background:color-mix(in srgb,var(--heat) calc(var(--h,0)*1%),var(--paper))}
    .chart{display:block;width:100%;height:auto;max-width:38rem;font-size:11.5px;fill:var(--ink)}
    .chart .quiet{fill:var(--quiet)}
    .small .chart{font-size:12.5px;max-width:none}
    .middle{text-anchor:middle}.end{text-anchor:end}
    .grid{stroke:var(--rule);fill:none}.axis{stroke:var(--quiet);fill:none}
    .line{stroke:var(--mark,var(--ink));fill:none;stroke-width:1.75;stroke-linejoin:round}
    .thin{stroke-width:1.25;opacity:.75}.dashed{stroke-dasharray:2 3;stroke-width:1.5}
    .mark{fill:var(--mark,var(--ink));stroke:var(--paper);stroke-width:.8}
    .points{fill:var(--mark,var(--ink));fill-opacity:.8;stroke:none}
    .halo{paint-order:stroke;stroke:var(--paper);stroke-width:3.5px}.name{font-weight:650}
    .rule{stroke:var(--quiet);stroke-dasharray:1 3;fill:none}
    figure{margin:0 0 1rem}
    .beside{display:grid;gap:0 2rem;grid-template-columns:minmax(0,38rem) minmax(0,1fr);align-items:center}
    figcaption{font-size:.875rem;color:var(--ink);margin:0 0 .25rem;overflow-wrap:anywhere}
    .grid3{display:grid;gap:1rem 1.5rem;grid-template-columns:repeat(auto-fill,minmax(min(20rem,100%),1fr))}
    .strips{display:grid;grid-template-columns:max-content minmax(0,1fr) minmax(0,1fr);gap:.35rem 1.25rem;
    align-items:center;font-size:.875rem;max-width:60rem}
    .strips .head{color:var(--quiet)}
    .strips img{display:block;width:100%;height:auto;image-rendering:pixelated}
    .strips .gap{grid-column:1/-1;height:.3rem}
    dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.3rem 1.25rem;font-size:.9375rem}
    dt{color:var(--quiet)}dd{margin:0;overflow-wrap:anywhere}
    @media (max-width:84rem){.hint.wide{display:block}}
    @media (max-width:56rem){.beside{grid-template-columns:minmax(0,1fr)}}
    @media (max-width:40rem){
    body{padding:1.25rem .9rem 3rem}
    h1{font-size:1.6rem}.verdict{font-size:1.08rem}
    .hint{display:block}
    .summary,.summary tbody,.summary tr,.summary tbody th,.summary td{display:block;padding:0}
    .summary thead{display:none}
    .summary tr{padding:.5rem 0}.summary tbody tr+tr>*{border:0}
    .summary tr+tr{border-top:1px solid var(--rule)}
    .summary tbody th::after{content:" numbers a row"}
    .summary td::before{content:attr(data-label) ": ";color:var(--quiet)}
    .strips{grid-template-columns:minmax(0,1fr);gap:.3rem}
    .strips .head{display:none}
    .beside .chart{font-size:14px}
    dl,.terms{grid-template-columns:minmax(0,1fr);gap:0}dd{margin:0 0 .5rem}
    }
    @media print{
    @page{margin:14mm}
    body{max-width:none;padding:0;font-size:10pt}
    nav,.hint,.hint.wide{display:none}
    section{margin-top:1.2rem;padding-top:.8rem}
    h2,h3,.caption,figcaption{break-after:avoid}
    .legend,h2+.note{break-after:avoid}
    figure,tbody,.chart,.strips>*{break-inside:avoid}
    .scroll{overflow:visible;break-inside:avoid}
    table{font-size:7.2pt}th,td{padding:.15rem .3rem}
    .grid3{grid-template-columns:repeat(3,1fr)}
    .chart{max-width:13cm;print-color-adjust:exact;-webkit-print-color-adjust:exact}
    .heat td{print-color-adjust:exact;-webkit-print-color-adjust:exact}
    a{color:inherit;text-decoration:none}
    }

    """
}
