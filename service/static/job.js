// Watches a job: asks for its state once a second, slower as it goes on, and turns the page when it has ended.
const panel = document.getElementById("job");
const bar = document.getElementById("progress");
const stage = document.getElementById("stage");
const state = document.getElementById("state");
let pause = 500;

async function look() {
  const answer = await fetch(panel.dataset.watch, { headers: { Accept: "application/json" } });
  if (answer.status === 401 || answer.status === 404) { location.reload(); return; }
  if (!answer.ok) { throw new Error(answer.statusText); }
  const job = await answer.json();
  if (!["pending", "running"].includes(job.state)) { location.assign(panel.dataset.after); return; }
  state.className = `badge-state ${job.state}`;
  state.textContent = job.state_label;
  if (stage.textContent !== job.stage_label) { stage.textContent = job.stage_label; }
  if (job.state === "running") { bar.value = job.progress; } else { bar.removeAttribute("value"); }
  again();
}

function unanswered() {
  stage.textContent = "Mitigap does not answer just now. The work goes on without this page, which asks again by itself.";
  again();
}

function again() {
  pause = Math.min(pause * 1.15, 3000);
  setTimeout(() => look().catch(unanswered), pause);
}
again();
