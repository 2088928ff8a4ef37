//! Words that say nothing of what a title is about: articles, pronouns, the verbs that stand everywhere.
//!
//! They are written as [`super::Document`] has their surfaces: in lowercase, without diacritics and
//! apostrophes. Words of fewer than three letters are left out, as those never tell anything.

/// Whether a surface form is such a word in this language, given as a tag. English ones stand in titles of
/// all languages.
pub(super) fn is_stop_word(surface: &str, language: &str) -> bool {
    let primary = language.split(['-', '_']).next().unwrap_or_default();
    let own = WORDS.iter().filter(|(code, _)| *code == "en" || code.eq_ignore_ascii_case(primary));
    own.flat_map(|(_, words)| words.split_ascii_whitespace()).any(|word| word == surface)
}

/// By language.
const WORDS: [(&str, &str); 8] = [
    (
        "en",
        "about above after again all also and another any are arent because been before being best better between \
         both but can cannot cant could did didnt does doesnt doing done dont down during each ever every few for \
         from get gets getting got had has have having her here him his how into isnt its just let lets like made \
         make makes making many may might more most much must need needs never new next not now off once one only \
         other our out over own really same she should since some still such take takes than that the their them \
         then there these they thing things this those through too two under until use used uses using very want \
         wants was wasnt way ways were what when where which while who why will with within without wont would \
         you your",
    ),
    (
        "de",
        "aber alle alles als also auch auf aus bei beim bis dann das dass dein dem den denn der des die diese \
         diesem diesen dieser dieses doch durch ein eine einem einen einer eines fur gegen haben hat hier ich ihr \
         ihre immer ist jetzt kann kein keine konnen man mehr mein mit muss nach neu neue neuen neuer neues nicht \
         nichts noch nun nur oder ohne schon sehr sein seine selbst sich sie sind uber und uns unser unter viel \
         viele vom von vor wann war warum was weil wenn wer werden wie wieder wir wird wurde zum zur zwischen",
    ),
    (
        "fr",
        "apres aussi autre aux avant avec bien car ces cet cette chez comme comment dans depuis des deux donc \
         elle elles encore entre est etre faire fait ils les leur leurs mais meme mes moi moins mon nos notre \
         nous ont par pas peu peut plus pour pourquoi quand que quel quelle quelles quels qui quoi sans ses son \
         sont sous sur tous tout toute toutes tres une vers vos votre vous",
    ),
    (
        "es",
        "ahora algo asi aun cada como con contra cual cuando del desde donde dos ella ellos entre era esa ese eso \
         esta estan estas este esto estos fue hacer hasta hay las los mas muy nos nueva nuevo otra otro para pero \
         por porque que quien ser sin sobre solo son sus tambien tan tiene toda todo todos tres tus una uno unos",
    ),
    (
        "it",
        "alla alle anche ancora che chi come con cosa cosi cui dal dalla dalle degli dei del della delle dello \
         dopo dove due ecco fare gli hai hanno loro nel nella nelle noi non nostro nuova nuovo ogni per perche \
         piu prima quale quando quella quello questa queste questi questo senza sono sua sul sulla suo tra tutte \
         tutti tutto una uno",
    ),
    (
        "nl",
        "aan als altijd beter bij dan dat deze die dit door een geen haar hebben heeft het hier hoe hun kan \
         kunnen maar maken meer met moet naar niet niets nieuw nieuwe nog ons onze ook over tot tussen uit van \
         veel voor waar waarom wanneer wat wel werd wie wij worden wordt zij zijn zonder",
    ),
    (
        "pt",
        "agora ainda ate cada com como das depois dos ela ele eles entao entre era essa esse esta este fazer foi \
         isso mais mas mesmo muito nao nas nos nova novo num numa para pela pelas pelo pelos por porque quando \
         que quem sao sem ser seu seus sobre sua suas tambem tem toda todo todos uma voce",
    ),
    (
        "ru",
        "без более был была были было быть вам вас ваш весь вот все всего всех где два для его если есть еще или \
         использовать как какая какие какой когда которая которые который кто между меня мне можно мой над надо \
         нам нас наш наши него нее нет них новая новое новые новый нужно один она они оно опять перед под после \
         потому почему при про просто раз сам самый свой себя снова стал так также такое такой там тем теперь \
         того тоже только том тот три туда тут уже чего чем через что чтобы эта эти это этого этой этом этот",
    ),
];

#[cfg(test)]
mod tests {
    use super::{super::tokens::tokens, *};

    #[test]
    fn a_word_may_say_nothing_in_one_language_and_something_in_another() {
        let stops = |language| ["the", "war", "car", "для"].map(|word| is_stop_word(word, language));
        assert_eq!(stops("en"), [true, false, false, false]);
        assert_eq!(stops("de-AT"), [true, true, false, false]);
        assert_eq!(stops("FR"), [true, false, true, false]);
        assert_eq!(stops("ru"), [true, false, false, true]);
        assert_eq!(stops("und"), stops("en"));
    }

    #[test]
    fn the_words_are_written_as_documents_have_them() {
        for (language, words) in WORDS {
            let surfaces: Vec<String> = tokens(words).map(|it| it.surface).collect();
            assert_eq!(surfaces, words.split_ascii_whitespace().collect::<Vec<_>>(), "{language}");
            assert!(surfaces.is_sorted(), "{language}");
        }
    }
}
