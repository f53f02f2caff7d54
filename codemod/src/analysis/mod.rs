//! x
use crate::index::db::Db;
use crate::index::resolve::Resolved;
use crate::pipeline::Options;
use crate::report::schema::*;
/// x
pub fn report(db: &Db, resolved: &Resolved, _o: &Options, _jobs: usize) -> Report {
    let tasks = crate::index::tasks::tasks(db, &resolved.found);
    let mut r = Report::default();
    for f in &resolved.found {
        let place = db.place(f.function);
        let sites = |m: &rustc_hash::FxHashMap<crate::index::db::FunctionId, Vec<crate::index::tasks::TaskSite>>| m.get(&f.function).into_iter().flatten().map(|s| Site{path: db.path(s.at.file).into(), line: db.line(s.at.file, s.at.span.start), call: s.call.clone(), at: s.at}).collect();
        r.threads.push(Thread{ id: format!("{}:{}", db.path(place.file), db.name(f.function)), path: db.path(place.file).into(), line: db.line(place.file, place.span.start), function: db.name(f.function), role: f.role,
          creation: f.created.iter().map(|c| Creation{path: db.path(c.at.file).into(), line: db.line(c.at.file,c.at.span.start), call: c.call.clone(), chain: c.chain.clone(), at: c.at}).collect(),
          loops: vec![], sleeps: vec![], checkpoints: Default::default(), locals: Default::default(), back_edge: Default::default(), wakes: sites(&tasks.wakes), stops: sites(&tasks.stops),
          iterant: Judgement{verdict: Verdict::NotImplemented, lifts: vec![], reasons: vec![]}, worker: Judgement{verdict: Verdict::NotImplemented, lifts: vec![], reasons: vec![]}, at: place });
    }
    for l in &resolved.lost { r.not_understood.push(NotUnderstood{path: db.path(l.at.file).into(), line: db.line(l.at.file, l.at.span.start), why: l.why.clone(), matters: true}); }
    r.threads.sort_by(|a,b| (&a.path,a.line,&a.id).cmp(&(&b.path,b.line,&b.id)));
    r.summary.threads = r.threads.len(); r.summary.files_parsed = db.files().count();
    r
}
