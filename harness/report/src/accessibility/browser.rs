//! Pages in headless Chromium, each in a frame of its own of a given width, one after the other.

use std::process::{Command, Stdio};

use serde::Deserialize;

/// What the reader's system asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    /// Light pages.
    Light,
    /// Dark pages.
    Dark,
}

/// What axe-core says of a page.
#[derive(Debug, Deserialize)]
pub(super) struct Found {
    pub page: String,
    pub width: u32,
    pub dark: bool,
    /// Rules that hold.
    pub passes: usize,
    /// Rules that do not, each with its first elements.
    pub violations: Vec<String>,
}

/// Runs in each page: opens what unfolds, asks axe-core, and tells the page around it.
const INSIDE: &str = r#"<script src="axe.js"></script><script>
document.querySelectorAll("details").forEach(it => { it.open = true; });
const shown = node => node.target.join(" ") + " (" + node.html.slice(0, 200) + ")";
axe.run(document, {resultTypes: ["violations"]}).then(result => parent.postMessage({
    width: innerWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    passes: result.passes.length,
    violations: result.violations.map(it => it.id + ", " + it.impact + ", " + it.nodes.length + " times: " + it.nodes.slice(0, 3).map(shown).join("; ")),
}, "*"));
</script>"#;

/// Shows one page after the other; what is found stands at the end in an element of its own, without what HTML would escape.
const AROUND: &str = r#"<!doctype html><pre id="found"></pre><script>
const asked = ASKED, found = [];
const next = () => {
    document.querySelectorAll("iframe").forEach(it => it.remove());
    if (found.length === asked.length) {
        const text = JSON.stringify(found).replace(/[<>&]/g, it => "\\u" + it.charCodeAt(0).toString(16).padStart(4, "0"));
        document.getElementById("found").textContent = text;
        return;
    }
    const frame = document.createElement("iframe");
    const [name, file, width] = asked[found.length];
    frame.src = file;
    frame.style = "border: 0; height: 1400px; width: " + width + "px";
    document.body.append(frame);
};
onmessage = event => { found.push({page: asked[found.length][0], ...event.data}); next(); };
next();
</script>"#;

/// Every page at every width.
pub(super) fn visit(
    pages: &[(String, String)],
    widths: &[u32],
    mode: Mode,
    axe: &str,
) -> Vec<Found> {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("axe.js", axe);
    let mut asked = Vec::new();
    for (number, (name, html)) in pages.iter().enumerate() {
        let file = format!("page-{number}.html");
        let (before, after) = html.rsplit_once("</body>").unwrap();
        write(&file, &format!("{before}{INSIDE}</body>{after}"));
        asked.extend(widths.iter().map(|width| (name, file.clone(), width)));
    }
    let asked = serde_json::to_string(&asked).unwrap();
    write("around.html", &AROUND.replace("ASKED", &asked));
    let dom = dom(&folder.path().join("around.html"), mode);
    let found = dom
        .split_once("<pre id=\"found\">")
        .and_then(|(_, rest)| rest.split_once("</pre>"));
    let (found, _) = found.unwrap_or_else(|| panic!("the browser says: {dom}"));
    serde_json::from_str(found).unwrap_or_else(|error| panic!("{error}: {found:?}"))
}

/// How high a page is at a width as it opens, in CSS pixels.
pub(super) fn height(html: &str, width: u32) -> u32 {
    const TELL: &str = r#"<pre id="height"></pre><script>
document.getElementById("height").textContent = document.querySelector(".page").scrollHeight;
</script>"#;
    let folder = tempfile::tempdir().unwrap();
    let (before, after) = html.rsplit_once("</body>").unwrap();
    let page = folder.path().join("page.html");
    std::fs::write(&page, format!("{before}{TELL}</body>{after}")).unwrap();
    let mut command = chromium();
    command.args([&format!("--window-size={width},900"), "--dump-dom"]);
    command.arg(format!("file://{}", page.display()));
    let output = command.stdin(Stdio::null()).output().unwrap();
    let dom = String::from_utf8_lossy(&output.stdout).into_owned();
    let (_, rest) = dom.split_once("<pre id=\"height\">").unwrap();
    rest.split_once('<').unwrap().0.parse().unwrap()
}

/// How many pages it takes on paper of a size that CSS names.
pub(super) fn sheets_of_paper(html: &str, size: &str) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let (page, pdf) = (
        folder.path().join("page.html"),
        folder.path().join("page.pdf"),
    );
    let sized = format!("@page {{ size: {size}; }}</style>");
    std::fs::write(&page, html.replacen("</style>", &sized, 1)).unwrap();
    let mut command = chromium();
    command.args([
        "--no-pdf-header-footer",
        &format!("--print-to-pdf={}", pdf.display()),
    ]);
    command.arg(format!("file://{}", page.display()));
    command.stdin(Stdio::null()).output().unwrap();
    let pdf = String::from_utf8_lossy(&std::fs::read(&pdf).unwrap()).into_owned();
    // The objects of pages are not compressed; the one that holds them all is of type Pages.
    let kinds = pdf.split("/Type /Page").skip(1);
    kinds.filter(|rest| !rest.starts_with('s')).count()
}

fn chromium() -> Command {
    let mut command = Command::new(program());
    command.args([
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
    ]);
    command
}

/// A page after its scripts.
fn dom(page: &std::path::Path, mode: Mode) -> String {
    let scheme = match mode {
        Mode::Dark => 0,
        Mode::Light => 1,
    };
    let mut command = chromium();
    command.arg(format!("--blink-settings=preferredColorScheme={scheme}"));
    command.args([
        "--window-size=1600,1500",
        "--virtual-time-budget=3600000",
        "--dump-dom",
    ]);
    command.arg(format!("file://{}", page.display()));
    let output = command.stdin(Stdio::null()).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Chromium under the names that systems give it.
fn program() -> &'static str {
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let runs = |name: &&str| Command::new(name).arg("--version").output().is_ok();
    let found = names.into_iter().find(runs);
    found.expect("there is no chromium: install Debian's package chromium")
}
