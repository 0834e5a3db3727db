// What each emoji of list.js is called, and other words that find it: name;word,word|
export default `
rosto risonho;engraçado,feliz|rosto risonho com olhos bem abertos;boca,feliz|
rosto risonho com olhos sorridentes;aberta,boca|rosto contente com olhos sorridentes;feliz,olhos sorrindo|
rosto risonho com olhos semicerrados;gargalhada,gargalhando|rosto risonho com gota de suor;estressada,estressado|
rolando no chão de rir;choro,engraçada|rosto chorando de rir;alegria,engraçada|
rosto levemente sorridente;feliz,rosto sorrindo|rosto de cabeça para baixo;rosto invertido|
rosto derretendo;calor,derreter|rosto com olho piscando;flerte,piscada|
rosto sorridente com olhos sorridentes;alegre,encabulada|rosto sorridente com auréola;anjinho,anjo|
rosto sorridente com 3 corações;amando,amei|rosto sorridente com olhos de coração;amor,apaixonado|
rosto com olhar maravilhado;estrela,gargalhando|rosto mandando um beijo;flerte,jogando beijos|
rosto beijando;beijo,rosto com beijo|rosto sorridente;corada,corado|
rosto beijando com olhos fechados;beijinho,mandando beijo|
rosto beijando com olhos sorridentes;beijar e sorrir,beijinho|rosto sorridente com lágrima;aliviada,chorar|
rosto saboreando comida;apetitoso,comida gostosa|rosto mostrando a língua;língua para fora|
rosto piscando e com língua para fora;brincadeira,piscadela|rosto bizarro;cara de maluco,doida|
rosto com olhos semicerrados e língua para fora;eca,horrível|rosto com cifrões;avarenta,caro|
rosto abraçando;abraço,carinho|rosto com a mão sobre a boca;hehe,ops|
rosto com olhos abertos e mão sobre a boca;assustada,chocada|rosto com olho espiando;cativada,cativado|
rosto fazendo sinal de silêncio;faça silêncio,fica quieta|rosto pensativo;curiosa,curioso|
rosto saudando;boa sorte,exército|rosto com boca de zíper;boca fechada,calada|
rosto com sobrancelha levantada;ceticismo,confusa|rosto neutro;putz,rosto sem emoção|
rosto inexpressivo;aff,inespressiva|rosto sem boca;calada,calado|rosto com linha pontilhada;deprimida,desaparecer|
rosto nas nuvens;cabeça nas nuvens,distraído|rosto com sorriso maroto;flerte,sorriso maldoso|
rosto aborrecido;aff,blasé|rosto com olhos revirados;olhando para cima,revirando os olhos|
rosto expressando desagrado;careta,fazendo careta|rosto exalando;alívio,assobio|rosto de mentiroso;mentindo,mentira|
rosto tremendo;choque,louco|cabeça virando de um lado para o outro;balançar,negar|
cabeça balançando na vertical;confirmação,sim|rosto aliviado;alívio,em paz|rosto deprimido;abatido,chateado|
rosto sonolento;cara de sono,rosto com sono|rosto babando;babar,salivando|rosto dormindo;boa noite,cama|
rosto com olheiras;cansada,cansado|rosto com máscara médica;doente,gripado|rosto com termômetro;de cama,doente|
rosto com atadura na cabeça;acidentado,doente|rosto nauseado;doente,enjoado|rosto vomitando;doente,nojenta|
rosto espirrando;de cama,doente|rosto fervendo de calor;febre,febril|rosto gelado;abaixo de zero,azul|
rosto embriagado;alcoolizado,boca ondulada|rosto atordoado;acabado,doente|rosto com olhos em espiral;caramba,confuso|
cabeça explodindo;chocada,chocado|rosto com chapéu de caubói;cara,cara de cauboi|rosto festivo;animação,aniversário|
rosto disfarçado;bigode,disfarce|rosto sorridente com óculos escuros;muito sol,na boa|rosto de nerd;cdf,esperto|
rosto com monóculo;conservador|rosto confuso;indeciso,não entendi|rosto com boca diagonal;confusão,cético|
rosto preocupado;decepcionado|rosto meio triste;tristeza,tristinho|rosto descontente;decepcionado,decepção|
rosto com boca aberta;boquiaberto,empatia|rosto surpreso;espantado,uau|rosto espantado;chocado,estupefato|
rosto ruborizado;atordoado,deslumbrado|rosto distorcido;ansiedade,chocado|
rosto implorando;olhar de cachorrinho,olhos grandes|rosto segurando as lágrimas;admiração,alegria|
rosto franzido com boca aberta;assustado,decepcionado|rosto angustiado;sofrendo|rosto amedrontado;ansiedade,assustado|
rosto ansioso com gota de suor;boca aberta,nervoso|rosto triste, mas aliviado;decepcionado,não|
rosto chorando;choro,lágrimas|rosto chorando aos berros;chorando alto,chorar|
rosto gritando de medo;assustada,assustado|rosto perplexo;bravo,frustrado|rosto perseverante;concentrado,concentração|
rosto desapontado;decepção,desapontamento|rosto cabisbaixo com gota de suor;rosto com suor frio,suando frio|
rosto desolado;aborrecido,cansado|rosto cansado;desesperado,exausto|rosto bocejando;bocejo,cansada|
rosto soltando vapor pelo nariz;brava,bravo|rosto furioso;bravo,irado|rosto zangado;irado|
rosto com símbolos na boca;censurado,fala|rosto sorridente com chifres;cara,diabinho|
rosto zangado com chifres;bravo,demônio|caveira;conto,corpo|caveira e ossos cruzados;morte,pirata|
cocô;estrume,excremento|rosto de palhaço;cara,circo|ogro;assustador,conto de fadas|duende japonês;bravo,conto|
fantasma;assombrado,assombração|alienígena;extraterrestre,ovni|monstro alienígena;e.t.,extraterrestre|
rosto de robô;monstro,robotizado|rosto de gato sorrindo;aberta,animal|
rosto de gato sorrindo com olhos sorridentes;riso,sorriso|rosto de gato com lágrimas de alegria;chorando,choro|
rosto de gato sorridente com olhos de coração;adorei,amor|rosto de gato com sorriso irônico|
rosto de gato mandando um beijo;beijando,fechado|rosto de gato desolado;choque,meu deus|
rosto de gato chorando;choro,lágrima|rosto de gato mal-humorado;bico,bravo|
macaco que não vê nada;envergonhado,não veja o mal|macaco que não ouve nada;não ouça o mal,não ouço|
macaco que não fala nada;animal,boca tapada|carta de amor;coração,romance|coração com flecha;amor,cupido|
coração com fita;amor,aniversário|coração brilhante;amor,emocionante|coração crescendo;amor,animado|
coração pulsante;amor,batendo|corações girando;adorável,amor|dois corações;amor,aniversário|
coração decorativo;amor,decoração|exclamação de coração;amor,pontuação|coração partido;amorosa,decepção|
coração em chamas;amor,coração sagrado|coração remendado;bem,bom|coração vermelho;amor|coração rosa;adorei,adorável|
coração laranja;emoção|coração amarelo;amor,emoção|coração verde;emoção|coração azul;emoção|
coração azul-claro;adorar,adorei|coração roxo;coração lilás,emoção|coração marrom|coração preto;negro|
coração cinza;adorar,adorei|coração branco|marca de beijo;lábios,romance|cem pontos;100,certamente|
símbolo de raiva;com raiva,emoção|nuvem de briga;debate,desacordo|colisão;emoção,engraçado|zonzo;brilhante,emoção|
pingos de suor;borrifo,com suor|rapidez;correr,corrida|buraco;buraco no chão|
balão de diálogo;balão de conversa,engraçado|olho no balão de diálogo;testemunha|
balão de diálogo à esquerda;azul,conversa|balão de raiva à direita;briga,conversa|balão de pensamento;engraçado,ideia|
zzz;boa noite,cansada|mão acenando;aceno,até mais|dorso da mão levantado;levantada,para tudo|
mão aberta com os dedos separados;cinco,palma|mão levantada;cinco,erguida|saudação vulcana;dedos,jornada nas estrelas|
mão para a direita;apertar,aperto|mão para a esquerda;apertar,pegar|mão com a palma para baixo;cair,derrubar|
mão com a palma para cima;acenar,levantar|mão empurrando para a esquerda;bate aqui,bloquear|
mão empurrando para a direita;bate aqui,bloquear|sinal de ok;beliscar,certo|dedos comprimidos;beliscado,coxinha|
mão beliscando;beliscar,pequena quantidade|mão em v de vitória;beleza,paz|dedos cruzados;boa sorte,mão|
mão com dedo indicador e polegar cruzados;amor,army|gesto de "te amo";amor,mão|saudação do rock;chifres,dedos|
sinal "me liga";legal,ligar|dorso da mão com indicador apontando para a esquerda;costas,dedo|
dorso da mão com indicador apontando para a direita;apontar,costas|
dorso da mão com indicador apontando para cima;costas,dedo|
dorso da mão com indicador apontando para baixo;abaixo,costas da mão|indicador apontando para cima;dedo,mão|
indicador apontando para o visualizador;apontar,cutucar|polegar para cima;beleza,concordo|
polegar para baixo;dedão,dedão para baixo|punho levantado;pedra,punho erguido|soco;beleza,fechado|
punho esquerdo;fechada,mão|punho direito;soco|mãos aplaudindo;aplauso,bom trabalho|
mãos para cima;ambas as mãos,comemoração|mãos de coração;amei,amo você|mãos abertas;sinal,sinal de mãos abertas|
palmas unidas para cima;devoção,juntas|aperto de mãos;combinado,cumprimento|mãos juntas;gesto,reza|
escrevendo à mão;caneta|esmalte de unha;cosméticos,manicure|selfie;camera,celular|bíceps;academia,contraído|
braço mecânico;acessibilidade,prótese|perna mecânica;acessibilidade,prótese|perna;chute,joelho|pé;calcanhar,chutar|
orelha;corpo,escutar|ouvido com aparelho auditivo;acessibilidade,deficiência auditiva|nariz;cheirar,cheiro|
cérebro;inteligente,inteligência|coração humano;anatomia,batimento|pulmões;anatomia,espiração|dente;branco,dentista|
osso;cachorro,esqueleto|olhos;olhando,rosto|bebê;bebezinho,grávida|criança;filho,jovem|menino;garoto,guri|
menina;filha,garota|pessoa;adulta,adulto|homem;adulto,amigo|mulher;adulta,garota|homem idoso;adulto,avô|
idosa;adulta,mulher|pessoa fazendo gesto de “não”;de jeito nenhum,mão|
pessoa fazendo gesto de “ok”;exercício,gesto para ok|pessoa com a palma virada para cima;ajuda,diva|
pessoa levantando a mão;dúvida,eu sei|pessoa fazendo reverência;arrependimento,desculpa|
pessoa decepcionada;como assim,decepcionado|pessoa dando de ombros;dar de ombros,dúvida|
grávida;estou grávida,gravidez|papai noel;comemoração,festas|mamãe noel;comemoração,natal|
pessoa recebendo massagem facial;dor de cabeça,pele|pessoa cortando o cabelo;beleza,corte de cabelo|
pessoa correndo;correr,corrida|mulher dançando;bailarina,flamenco|homem dançando|
pessoas com orelhas de coelho;amigas,dançar|pessoa nadando;esporte,nadar|pessoa levantando peso;bodybuilder,esporte|
ciclista;bicicleta,bike|beijo;amor,beijar|casal apaixonado;casal com um coração,coração|
silhueta de bustos;amigos,dupla|família;filho,mãe|pegadas;corpo,gravura|rosto de macaco;animal|macaco;animal|
gorila;animal,macaco|orangotango;macaco,primata|rosto de cachorro;animal|cachorro;animal,cão|
cão-guia;acessibilidade,cachorro|cão de serviço;accessibilidade,assistência|poodle;animal,cachorro|
rosto de lobo;animal|rosto de raposa;animal,bicho|guaxinim;animal,astuto|rosto de gato;animal,felino|
gato;animal,felino|gato preto;animal,azar|rosto de leão;animal,zodíaco|rosto de tigre;animal|tigre;animal|
leopardo;animal,onça|rosto de cavalo;animal,equino|alce;animal,cervo|burro;animais,animal|cavalo;animal,corrida|
rosto de unicórnio;animal|zebra;animal,listra|cervo;animal,veado|bisão;animal,bisonte|rosto de vaca;animal,fazenda|
boi;animal,touro|búfalo-asiático;animal,água|vaca;animal,fazenda|rosto de porco;animal|porco;animal|javali;animal|
nariz de porco;animal,rosto|carneiro;animal,chifre|ovelha;animal,fazenda|cabra;animal,bode|camelo;animal,corcova|
camelo com duas corcovas;animal,deserto|lhama;alpaca,animal|girafa;animal|elefante;animal|mamute;animal,extinto|
rinoceronte;animal|hipopótamo;animal|rosto de camundongo;animal,ratinho|camundongo;animal,ratinho|
rato;animal,ratazana|rosto de hamster;animal|rosto de coelho;animal|coelho;animal,coelhinho|esquilo;animal|
castor;animal,dentuço|porco-espinho;animal,espinhoso|morcego;animal,vampiro|rosto de urso;animal|
urso polar;branco,ártico|coala;animal|rosto de panda;animal|preguiça;bicho-preguiça,devagar|lontra;brincalhona,pesca|
gambá;fedida,fedido|canguru;animal,austrália|texugo;animal,incomodar|patas;animal,patinhas de cachorro|
peru;animal,ave|galinha;animal,ave|galo;animal,ave|pintinho chocando;animal,ave|pintinho de perfil;animal,ave|
pintinho de frente;animal,ave|pássaro;animal|pinguim;animal,antartica|pomba branca;animal,ave branca|águia;pássaro|
pato;animal,pássaro|cisne;animal,ave|coruja;pássaro,sabedoria|dodô;animal,ave|pena;leve,plumagem|
flamingo;ave,extravagante|pavão;animal,ave|papagaio;animal,ave|asa;angelical,anjo|pássaro preto;animal,ave|
ganso;animal,ave|fênix;fantasia,imortal|sapo;animal,rosto|crocodilo;animal,jacaré|tartaruga;animal|
lagartixa;animal,lagarto|cobra;animal,réptil|rosto de dragão;animal|dragão;animal,game of thrones|
saurópode;braquiosaurus,braquiossauro|tiranossauro rex;dinossauro,t-rex|baleia esguichando água;animal,esguicho|
baleia;animal,mar|golfinho;animal,oceano|orca;baleia,marinho|foca;animal,animal marinho|peixe;animal,peixes|
peixe tropical;animal|baiacu;animal,peixe|tubarão;peixe|polvo;animal,oceano|caramujo;animal,concha|
coral;mar,mudança climática|água-viva;animal,aquário|caranguejo;animal,animal marinho|lagosta;animal,bisque|
camarão;animal,comida|lula;animal,comida|ostra;frutos do mar,mar|caracol;animal,escargot|borboleta;beleza,inseto|
inseto;animal,centopeia|formiga;animal,inseto|abelha;animal,inseto|besouro;animal,bicho|joaninha;animal,besouro|
grilo;gafanhoto,inseto|barata;animal,baratas|aranha;animal,dias das bruxas|teia de aranha;halloween,inseto|
escorpião;animal,deserto|mosquito;aedes,aegypti|mosca;animal,apodrecendo|minhoca;anelídeo,animal|
micróbio;ameba,bactéria|buquê;aniversário,flor|flor de cerejeira;cereja,planta|flor branca;carimbo,carimbo de flor|
lótus;beleza,budismo|roseta;flor,flor amarela|rosa;flor|flor murcha;morrendo,murchando|hibisco;flor,planta|
girassol;flor,planta|flor;florescer,planta|tulipa;flor|jacinto;arbusto,bluebonnet|muda de planta;brotar,broto|
vaso com planta;casa,chato|conífera;floresta,natal|árvore caidiça;desfolha,natureza|palmeira;coqueiro,árvore|
cacto;deserto,natureza|planta de arroz;comida,espiga|erva;folha,planta|trevo;irlanda,irlandês|
trevo de quatro folhas;irlandês,planta|folha de bordo;folha caída,folha vermelha|folhas caídas;cair,outono|
folha ao vento;soprando|ninho vazio;aninhando,galhos|ninho com ovos;aninhando,galhos|cogumelo;champignon,fungo|
árvore seca;inverno,árvore sem folhas|uvas;fruta|melão;fruta|melancia;fruta|tangerina;cítrica,fruta|
limão;azedo,cítrico|lima;acidez,caipirinha|banana;fruta|abacaxi;comida,fome|manga;comida,fruta|maçã vermelha;fruta|
maçã verde;comida,fome|pera;comida,fome|pêssego;fruta|cereja;comida,fome|morango;comida,fome|mirtilos;alimento,azul|
kiwi;comida,fruta|tomate;fruta,fruto|azeitona;alimento,comida|coco;fruta,palmeira|abacate;comida,fruta|
berinjela;beringela,comida|batata;comida,fome|cenoura;comida,fome|milho;comida,espiga|pimenta;apimentada,apimentado|
pimentão;alimento,capsicum|pepino;comida,fome|verdura;alface,bok choy|brócolis|alho;tempero|cebola;tempero|
amendoim;comida|feijões;alimento,comida|castanha;planta|gengibre;cerveja,comida|vagem;comida,edamame|
cogumelo marrom;champignon,comida|tubérculo;beterraba,legume|pão;pão de forma,pão para fatiar|
croissant;café da manhã,comida|baguete;bisnaga,comida|pão sírio;alimento,arepa|pretzel;pão torcido|
bagel;café da manhã,chimia|panquecas;café da manhã,comida|waffle;doce,gofre|queijo;comida,fome|
carne;carne com osso,carne no osso|coxa de frango;aves,comida|corte de carne;bife,carne vermelha|bacon;comida,fome|
hambúrguer;cheese burguer,restaurante|batata frita;comida,fast food|pizza;fatia,restaurante|
cachorro-quente;cachorro quente,hot dog|sanduíche;pão,pão de forma|taco;comida mexicana,mexicano|
burrito;comida mexicana,mexicano|tamale;alimento,comida|pão recheado;comida,kebab|falafel;almôndega,grão de bico|
ovo;comida,fome|ovo frito;comida,culinária|caçarola com comida;fome,paella|panela;ensopado,restaurante|
fondue;alimento,chocolate|tigela com colher;café da manhã,cereal|salada verde;comida,fome|pipoca;balde,cinema|
manteiga;laticínio,margarina|sal;comida,condimento|comida enlatada|bentô;almoço japonês,caixa|
biscoito de arroz;bolacha de arroz,cracker|arroz japonês;bolinho de arroz,comida|arroz cozido;comida,fome|
arroz com curry;curry e arroz,restaurante|lámen;comida,fome|espaguete;comida,fome|batata assada;batata-doce,doce|
oden;espetinho,frutos do mar|sushi;comida japonesa,restaurante|camarão frito;camarão empanado,restaurante|
bolinho de peixe;croquete,redemoinho|bolo lunar;bolo da lua,comida|dango;bolinho de mochi,bolinho japonês|
bolinho asiático;chinês,dumpling|biscoito da sorte;biscoito chinês,biscoito da fortuna|
caixa para viagem;caixinha para levar,delivery|sorvete italiano;doce,fome|raspadinha de gelo;restaurante,sobremesa|
sorvete;creme,gelo|donut;comida,fome|biscoito;bolacha,comida|bolo de aniversário;comemoração,doce|
pão de ló de morango;bolo,bolo recheado|cupcake;açúcar,bolinho|torta;abóbora,carne|chocolate;barra,barra de chocolate|
bala;balinha,doce|pirulito;bala,doce|pudim;pudim de leite,pudim de ovos|pote de mel;restaurante|mamadeira;bebê,leite|
copo de leite|café;cafezinho,cafeína|bule;alimento,bebida|xícara de chá sem alça;bebida,chá verde|saquê;bar,bebida|
garrafa de champanhe;aniversário,bar|vinho;bar,bebida|coquetel;bar,beber|bebida tropical;bar,coquetel|
cerveja;bar,bebida|canecas de cerveja;bar,chope|taças brindando;brinde,champagne|copo;bar,bebida|
derramando líquido;acabou,acidente|copo com canudo;refrigerante,suco|chá perolado;bebida,bolha|
suco de caixa;caixa de suco,caixinha de suco|mate;bebida,chimarrão|cubo de gelo;gelado,iceberg|
hashi;comida japonesa,pauzinhos|prato com talheres;almoço,faca|garfo e faca;almoço,comer|colher;talher|
faca de cozinha;chef,cozinhar|jarro;armazenar,condimento|ânfora;ornamento chinês,vaso|
globo mostrando europa e áfrica;terra|globo mostrando as américas;terra|
globo mostrando ásia e oceania;austrália,planeta terra|globo com meridianos|mapa-múndi;geografia,mundo|mapa do japão|
bússola;bússola magnética,direção|montanha com neve;alpes,frio|montanha;natureza|deslizamento;avalanche,desastre|
vulcão;erupção vulcânica,lava|monte fuji;montanha|acampamento;barraca|praia e guarda-sol|deserto;clima seco|
ilha deserta;palmeira,praia|parque nacional;parque com rio,reserva florestal|estádio;arena|
prédio grego;arquitetura,clássico|construção;guindaste,obra|tijolo;argamassa,argila|pedra;pedregulho,pesado|
madeira;lenha,madeira serrada|cabana;abrigo,casa|casas|casa abandonada|casa;construção,domicílio|
casa com jardim;construção,lar|edifício comercial;escritório|correio japonês;oriental,prédio|correio;europeu,prédio|
hospital;doente,internado|banco;prédio|hotel;prédio|motel;amor,hotel|loja de conveniência;24 horas,24h|
escola;colégio,prédio|loja de departamentos|fábrica;prédio|castelo japonês;pagoda,pagode|
castelo;castelo europeu,castelo medieval|capela de casamento;romance|torre de tóquio;japão|estátua da liberdade|
igreja;capela,cristã|mesquita;islã,muçulmano|templo hindu|sinagoga;judaísmo,judeu|santuário japonês;oriental,religião|
caaba islã;muçulmano,religião|fonte;chafariz,praça|barraca;acampamento,acampar|enevoado;bruma,cerração|
noite estrelada;cidade à noite,estrelas|cidade;prédios,urbano|aurora sobre montanhas;sol da manhã|
aurora sobre água;amanhecer,natureza|cidade ao anoitecer;paisagem,prédio|pôr do sol;anoitecer,calor|
ponte à noite;pontilhão|chamas;calor,fogo|carrossel;cavalo,cavalo de carrossel|escorregador;brincar,brinquedo|
roda gigante;entretenimento,parque de diversões|montanha russa;entretenimento,parque de diversões|
barbearia;barbeiro,barber pole|circo;entretenimento,lona|locomotiva;trem,vapor|vagão de trem;bonde,elétrico|
trem de alta velocidade;bala,japonês|trem de alta velocidade japonês;bala,ferrovia|trem;ferrovia,veículo|
metrô;trem,túnel|trem urbano;chegada,cheguei|estação;estação de trem,metrô|bonde elétrico;trólebus,veículo|
monotrilho;trem,veículo|estrada de ferro na montanha;carro,teleférico|bonde;bonde elétrico,carro|
ônibus;transporte público,veículo|ônibus se aproximando;veículo|trólebus;bonde elétrico,veículo|
van;mini ônibus,veraneio|ambulância;veículo|carro do corpo de bombeiros;fogo,incêndio|
viatura policial;carro patrulha,polícia|viatura policial se aproximando;polícia,veículo|táxi;veículo|
táxi se aproximando;chegada,transporte|carro;automóvel,veículo|carro se aproximando;automóvel,carona|
suv;carro,trailer|caminhonete;automóvel,caminhão|caminhão de entrega;veículo|caminhão;caminhão articulado,semi|
trator;obra,veículo|carro de corrida;automobilismo|motocicleta;corrida,veículo|scooter;monareta,motinho|
cadeira de rodas manual;acessibilidade|cadeira de rodas motorizada;acessibilidade|
automóvel riquixá;autorriquixá,tuk tuk|bicicleta;bike,veículo|patinete;brinquedo|skate;rodinhas,skatista|
patins de rodas;esporte,patinação|ponto de ônibus;busão,transporte público|estrada;caminho,viagem|trilhos;trem|
barril de óleo;lata,latão|posto de gasolina;abastecer,bomba|roda;carro,círculo|sirene;carro da polícia,farol policial|
semáforo horizontal;cruzamento,luz|semáforo vertical;cruzamento,luz|sinal de pare|em construção;símbolo|
âncora;marinha,navegar|boia;colete,flutuar|barco a vela;iate,navegar|canoa;barco|lancha;barco,férias|
cruzeiro;barco,embarcação|balsa;barco,ferry|barco;lancha,motor|navio;aquático,barco|avião;aéreo,veículo|
avião pequeno;aéreo,jatinho|avião decolando;decolar,fui|avião aterrissando;aterrissagem,chegando|
paraquedas;asa-delta,paraquedista|assento;cadeira,poltrona|helicóptero;veículo,viagem|
estrada de ferro suspensa;suspensão,trem|teleférico de montanha;bonde,cabo|teleférico;aérea,bonde|
satélite;antena,espaço|foguete;espaço,veículo|disco voador;alienígena,extra|sineta;hotel,portaria|
mala;bagagem,rodinhas|ampulheta;areia,tempo|ampulheta contando o tempo;areia,cheia|relógio de pulso;hora,tempo|
despertador;alarme,atrasada|cronômetro;relógio,tempo|relógio temporizador;cronômetro,timer|
relógio de mesa;relógio antigo|lua nova;escuro,lua negra|lua crescente côncava;noite|quarto crescente;lua|
lua crescente convexa|lua cheia;luar|lua minguante convexa|quarto minguante;lua|lua minguante côncava|lua crescente|
rosto da lua nova;lua nova com rosto|rosto da lua de quarto crescente;noite|
rosto da lua de quarto minguante;lua com rosto|termômetro;clima,temperatura|sol;clima,dia claro|
rosto da lua cheia;lua cheia com rosto,lua com rosto|rosto do sol;praia|planeta com anéis;saturnino,saturno|
estrela branca média;amarela,astronomia|estrela brilhante;brilho,cintilante|estrela cadente;cai|via láctea;céu,espaço|
nuvem;clima|sol por trás das nuvens;clima,nublado|chuva com trovão;clima,nuvem|sol com nuvens;clima,ensolarado|
nublado;clima,nuvem|sol com chuva;clima,nuvem|nuvem com chuva;chovendo,clima|nuvem com neve;clima,frio|
nuvem com trovão;clima,relâmpago|tornado;clima,furacão|nevoeiro;clima,furacão|rosto de vento;clima,nuvem|
ciclone;clima,espiral|arco-íris;chuva,clima|guarda-chuva fechado;chuvoso|guarda-chuva;acessório,clima|
sombrinha na chuva;acessório,clima|guarda-sol;chuva,clima|alta tensão;eletricidade,natureza|floco de neve;clima,frio|
boneco de neve;clima,frio|boneco de neve sem neve;frio,inverno|cometa;espaço,estrela cadente|fogo;chama|
gota;com suor,engraçado|onda;mar,oceano|abóbora de halloween;comemoração,dia das bruxas|
árvore de natal;comemoração,pinheirinho|fogos de artifício;ano novo,comemoração|
vela estrela;comemoração,fogo de artifício|bombinha;artifício,bomba|brilhos;brilhantes,estrelas|
balão;aniversário,celebração|cone de festa;alegria,aniversário|confete;bola,celebração|
árvore de tanabata;comemoração,estrelas|decoração de pinhos;bambu,comemoração|bonecas japonesas;comemoração,festival|
bandeira de carpas;comemoração,koinobori|carrilhão de vento;sino,som|contemplação da lua;comemoração|
envelope vermelho;boa sorte,dinheiro|laço de fita;comemoração,presente|presente;comemoração,embrulhado|
fita de lembrete;celebração,comemoração|ingresso de cinema;entrada,ticket|ingresso;entretenimento|
medalha militar;condecoração,prêmio|troféu;campeã,campeão|medalha esportiva;vitória|
medalha de ouro;1o. lugar,1º. lugar|medalha de prata;2o. lugar,2º. lugar|medalha de bronze;3o. lugar,3º. lugar|
bola de futebol;jogar|bola de beisebol;esportes|softbol;bola,esporte|bola de basquete;cesta,esporte|
bola de vôlei;jogar,jogo|bola de futebol americano;esporte,super bowl|bola de rugby;americano,esporte|
tênis;bola,esporte|frisbee;disco,esporte|boliche;bola,jogo|críquete;betes,bola|hóquei de campo;bola,jogo|
hóquei no gelo;disco,jogo|lacrosse;bastão,bola|pingue-pongue;mesa,pingpong|badminton;jogo,peteca|
luva de boxe;esporte,luta|quimono de artes marciais;esporte,faixa|gol;esporte,futebol|
bandeira no buraco;esporte,golfe|patins de gelo;patinação|pesca;entretenimento,peixe|
máscara de mergulho;esnórquel,mergulhador|camiseta de corrida;esporte,faixa|esqui;bota,esporte|trenó;neve,tobogã|
pedra de curling;jogo|no alvo;certeiro,dardos|ioiô;brinquedo,flutua|pipa;papagaio,planar|bilhar;bola oito,jogo|
bola de cristal;adivinhação,destino|varinha mágica;bruxa,condão|videogame;controle,jogo|joystick;atari,controle|
caça-níquel;aposta,azar|jogo de dado;dados,sorte|quebra-cabeça;dica,encaixe|ursinho de pelúcia;bichinho,brinquedo|
pinhata;cinco de maio,comemoração|globo de espelhos;balada,boate|boneca russa;matriosca,matrioska|
naipe de espadas;baralho,carta|naipe de copas;baralho,carta|naipe de ouros;baralho,carta|naipe de paus;baralho,carta|
peão de xadrez;truque|curinga;baralho,carta|dragão vermelho de mahjong;jogo,peça|
carta de flores;baralho,carta de baralho|máscara;arte,ator|quadro emoldurado;arte,museu|paleta de tintas;arte,artista|
carretel;agulha,barbante|agulha de costura;alfaiataria,bordados|novelo;bola,crochê|nó;amarrar,corda|óculos;acessório|
óculos escuros;óculos de sol|óculos de proteção;mergulho,natação|jaleco;cientista,dr.|
colete salva-vidas;emergência,refletivo|gravata;acessório,roupa|camiseta;camisa,roupa|jeans;calça,roupa|
cachecol;frio,inverno|luvas;inverno,mão|casaco;agasalho,blusa|meias;meião|vestido;peça única,roupa|
quimono;roupa,vestir|sari;indiana,roupa|maiô;banho,nadar|cueca;banho,nadar|shorts;banho,bermuda|biquíni;banho,piscina|
roupas femininas;azul,blusa|leque dobrável;abanar,arejar|bolsinha;acessório,bolsa|bolsa de mão;acessório,fashion|
bolsa pequena;acessório,carteira|sacolas de compras;presente,shopping|mochila;bolsa,escola|chinelo;alpargatas,piscina|
sapato masculino;acessório,sapatos|tênis de corrida;acessório,correr|bota de trekking;acampamento,acampar|
sapatilha;confortável,sapatilha de balé|sapato de salto alto;acessório,chique|sandália feminina;acessório,feminino|
sapatilha de balé;bailarina,dança|bota feminina;acessório,calçado|pente de cabelo;afro,crespo|
coroa;acessório,família real|chapéu feminino;acessório,fashion|cartola;chapéu,chique|
chapéu de formatura;capelo,comemoração|boné;boné de beisebol,chapéu|capacete militar;exército,guerra|
capacacete de socorrista;ajuda,branca|rosário de oração;acessório,religião|batom;cosméticos,makeup|
anel;diamante,romance|pedra preciosa;diamante,joia|alto-falante silenciado;calar,mudo|
alto-falante com volume baixo;mudo,música|alto-falante com volume médio;baixo,diminuir|
alto-falante com volume alto;gritar,música|buzina;alto,alto-falante|megafone;aplausos,comunicação|
corneta postal;correios|sino;capela|sino silenciado;mudo,notificação|partitura musical;música|nota musical;música|
notas musicais;música|microfone de estúdio;música|controle de volume;música|botões giratórios;controle,música|
microfone;cantar,entretenimento|fones de ouvido;entretenimento,música|rádio;radiola,som|
saxofone;instrumento,instrumento musical|trompete;instrumento,instrumento musical|trombone;instrumento,jazz|
acordeão;concertina,instrumento|guitarra;instrumento,instrumento musical|
teclado musical;instrumento,instrumento musical|violino;instrumento,instrumento musical|banjo;cordas,instrumento|
tambor;baquetas,música|tambor comprido;atabaque,batida|maracás;chacoalhar,chocalho|flauta;banda,flautim|
harpa;amor,cupido|telefone celular;telefone móvel|telefone celular com seta;chamada,fazer|telefone no gancho|
telefone;aparelho de telefone,comunicação|pager;comunicação|fax;comunicação,máquina de fax|pilha;bateria|
pouca bateria;acabando,cansado|tomada elétrica;cabo,eletricidade|laptop;computador,notebook|
computador de mesa;desktop,monitor|impressora;acessório,computador|teclado;acessório,computador|
mouse;acessório,computador|trackball;acessório,bolinha|minidisc;computação,disco|disquete;computador,disco|
cd;blu-ray,computador|dvd;blu-ray,computador|ábaco;calculadora,cálculo|câmera de cinema;entretenimento,filmar|
rolo de filmes;cinema|projetor de filmes;cinema,vídeo|claquete;cena,entretenimento|televisão;canal,vídeo|
câmera;foto,selfie|câmera com flash;foto,fotografia|câmera de vídeo;filmadora|videocassete;fita,vhs|
lupa para a esquerda;aumento,busca|lupa para a direita;aumento,busca|vela;acesa,luz|lâmpada;elétrica,ideia|
lanterna;elétrica,ferramenta|lanterna vermelha de papel;bar,izakaya|lâmpada de óleo;diya|caderno decorado;agenda,capa|
livro fechado;apostila|livro aberto;biblioteca,leitura|livro verde;biblioteca,caderno|livro azul;apostila,escola|
livro laranja;apostila,cartilha|livros;biblioteca,estudando|caderno;folhas|livro contábil;caderno|
página dobrada;dobrado,documento|pergaminho;rolo de papel|página voltada para cima;documento,oficial|jornal;notícias|
jornal enrolado;notícias|marcadores de página;marcar|marcador de página;livro|etiqueta;identificar,rótulo|
moeda;dinheiro,dólar|saco de dinheiro;dólares|baú de tesouro;dinheiro,joia|nota de iene;cédula,dinheiro|
nota de dólar;dinheiro,moeda|nota de euro;cédula,dinheiro|nota de libra;cédula,dinheiro|dinheiro voando;asas,banco|
cartão de crédito;banco,dinheiro|recibo;contabilidade,escrituração|gráfico subindo com iene;ascendente,ascensão|
envelope;carta,correspondência|e-mail;carta,comunicação|envelope chegando;carta,comunicação|
envelope com seta;carta,comunicação|bandeja de saída;caixa,comunicação|bandeja de entrada;caixa,comunicação|
pacote;caixa,embrulho|caixa de correio fechada com bandeira levantada;correspondência|
caixa de correio fechada com bandeira abaixada;correspondência,vazia|
caixa de correio aberta com bandeira levantada;correspondência|
caixa de correio aberta com bandeira abaixada;correspondência|caixa de correio;carta,correspondência|
urna eleitoral com cédula;eleição,votar|lápis|ponta de caneta tinteiro;preto,tinta|caneta tinteiro;destro|
caneta;esferográfica,tinteiro|pincel;pintando,pintar|giz de cera;desenho,vermelho|memorando;anotações,caderno|
maleta;mala,pasta|pasta de arquivos|pasta de arquivos aberta;abrir|divisores de pastas;arquivo,organizador|
calendário;data,datas|calendário com folhas destacáveis;data,destacável|bloco espiral;caderno|
calendário espiral;bloco,data|índice de cartões|gráfico subindo;crescimento,diagrama|gráfico caindo;diagrama,negativa|
gráfico de barras;diagrama|prancheta;anotações|tacha;alfinete|tacha redonda;alfinete,localização|clipe de papel|
clipes de papel conectados|régua reta|régua triangular;geometria,matemática|tesoura;aberta,cortar|
caixa de arquivos;cartão,documentos|gavetas de escritório;arquivo,gabinete|lixeira;cesto,lixo|
cadeado;fechado,trancado|cadeado aberto;destrancado|cadeado com caneta;privacidade,privado|
cadeado fechado com chave;seguro,trancado|chave;senha,trancado|chave antiga;fechadura|martelo;construção,ferramenta|
machado;cortar,madeira|picareta;ferramenta,mineração|martelo e picareta;ferramenta,geologia|
martelo e chave-inglesa;ferramenta|adaga;arma,faca|espadas cruzadas;arma,batalha|bomba;emoção,engraçado|
bumerangue;aborígene,arma|arco e flecha;arma,sagitário|escudo;arma|serrote;carpinteiro,cortar|
chave inglesa;ferramenta,obra|chave de fenda;ferramenta|porca e parafuso;construção,ferramenta|engrenagem;ferramenta|
braçadeira;compressão,ferramenta|balança;ferramenta,justiça|bengala para cegos;acessibilidade,cega|
link;anéis,corrente|corrente quebrada;algema,liberdade|correntes;metal|gancho;atração para venda,bandido|
caixa de ferramentas;mecânico,vermelha|ímã;atração,ferradura|escada;degrau,mão|pá;buraco,cavar|
alambique;ferramenta,química|tubo de ensaio;ciência,experimento|placa de petri;bactéria,biologia|
dna;biologista,biólogo|microscópio;ciência,ferramenta|telescópio;ciência,ferramenta|
antena parabólica;comunicação,satélite|seringa;agulha,injeção|gota de sangue;doação,medicina|
comprimido;cápsula,medicina|atadura adesiva;bandaid,bandeide|muleta;ajuda,bastão|estetoscópio;coração,medicina|
raio x;doutor,esqueleto|porta;fechada|elevador;acessibilidade,descer|espelho;espéculo,maquiagem|
janela;abertura,fresco|cama;dormir,hotel|sofá e luminária;hotel,lâmpada|cadeira;assento,sentar|
vaso sanitário;banheiro,patente|desentupidor;banheiro,cocô|chuveiro;banho,ducha|banheira;banho|
ratoeira;armadilha,atrair|lâmina;afiada,afiado|frasco de loção;condicionador,creme|alfinete de segurança;fralda,punk|
vassoura;bruxa,limpar|cesta;agricultura,agrícola|rolo de papel;higiênico,toalha|balde;baldinho,barril|
sabonete;banho,barra|bolhas;aquática,aquático|escova de dentes;banheiro,dental|esponja;absorvente,absorção|
extintor de incêndio;apagar,extinguir|carrinho de compras;mercado,supermercado|cigarro;fumante,fumar|
caixão;caixão funerário,funeral|lápide;cemitério,descanse em paz|urna funerária;cinzas,funeral|
olho grego;amuleto,conta|hamsá;amuleto,fátima|moai;estátua,moyai|placa;aviso,cartaz|
cartão de identificação;carta,carteira|símbolo de caixa automático;atm,banco|símbolo de lixeira;lata,lixo|
água potável;beber,símbolo|símbolo de cadeira de rodas;acesso,sinal|banheiro masculino;homem,lavatório|
banheiro feminino;lavabo,lavatório|banheiro;lavabo,sanitário|símbolo de bebê;fralda,fraldário|wc;latrina,lavabo|
controle de passaportes|alfândega;aduana,aduaneira|restituição de bagagem;aeroporto,bagagens|
depósito de bagagem;esquecida,malas|aviso;atenção,cuidado|crianças atravessando;pedestre,símbolo|
entrada proibida;entre,não|proibido;entrada,não|proibido andar de bicicleta;não,permitidas|
proibido fumar;cigarro,não é permitido fumar|proibido jogar lixo no chão;não,símbolo|
água não potável;consumo,imprópria|proibida a passagem de pedestres;não,permitidos|
proibido o uso de telefone celular;não,permitidos|radioativo;perigo,radiativo|risco biológico;ciência,perigo|
seta para cima;cardinal,direção|seta para cima e para a direita;diagonal,direção|seta para a direita;direção,flecha|
seta para baixo e para a direita;diagonal,direção|seta para baixo;abaixo,cardinal|
seta para baixo e para a esquerda;diagonal,direção|seta para a esquerda;atrás,direção|
seta para cima e para a esquerda;direção,flecha|seta para cima e para baixo;flecha,vertical|
seta para esquerda e direita;flecha,horizontal|seta curva da direita para a esquerda;flecha,retorno|
seta curva da esquerda para a direita;flecha,retorno|seta para a direita curvada para cima;flecha,seta para cima|
seta para a direita curvada para baixo;embaixo,flecha|setas verticais no sentido horário;flechas,recarregar|
botão de setas em sentido anti-horário;atualizar|seta "back";flecha,seta para a esquerda|seta "end";fim,final|
seta "on!";flecha,marca|seta "soon";em breve,flecha|seta "top";cima,para cima|local de culto;local sagrado,oração|
símbolo de átomo;ateu,ateísmo|om;hindu,religião|estrela de davi;judaico,judeu|roda do dharma;budista,religião|
yin yang;religião,tao|cruz latina;cristão,religião|cruz ortodoxa;cristão,religião|
estrela e lua crescente;islã,muçulmano|símbolo da paz|menorá;candelabro,candelabro judeu|
estrela de seis pontas;adivinhação,destino|khanda;deg tegh fateh,khalsa|signo de ofiúco;cobra,ophiuchus|
botão de músicas aleatórias;cruzadas,flechas|botão de repetir;flechas,horário|
botão de repetir uma única faixa;horário,número 1|botão reproduzir;direita,play|botão avançar;direita,dupla|
botão de próxima faixa;avançar,flechas duplas|botão de reproduzir ou pausar;direita,pause|
botão de voltar;esquerda,seta|botão de retroceder;dupla,esquerda|
botão de faixa anterior;cena anterior,flechas para esquerda|botão apontando para cima;acima,seta|
botão de avanço para cima;dupla,flechas para cima|botão apontando para baixo;seta,triângulo|
botão de avanço para baixo;flechas,flechas para baixo|botão pausar;barra,dupla|botão parar;quadrado,stop|
botão gravar;círculo|botão ejetar|cinema;entretenimento,filme|botão de diminuir brilho;escurecer|
botão de aumentar brilho|barras de sinal;antena,antena com barras|sem fio;banda larga,computador|
modo vibratório;cel,celular|telefone celular desligado;desligue o celular,smartphone|símbolo de feminino;mulher|
símbolo de masculino;homem|símbolo transgênero|sinal de multiplicação;cancelar,multiplicar|
símbolo de adição;cruz,mais|símbolo de subtração;diminuir,matemática|símbolo de divisão;dividir,matemática|
sinal de igual;conta,iguais|infinito;eternidade,ilimitado|dupla exclamação;exclamação dupla,explosão|
exclamação com interrogação;pergunta,pontuação|ponto de interrogação vermelho;pergunta,pontuação|
ponto de interrogação branco;delineado,pergunta|ponto de exclamação branco;delineado,mark|
ponto de exclamação vermelho;pontuação|travessão ondulado;onda,pontuação|câmbio de moeda;banco,dinheiro|
cifrão;dinheiro,dólar|símbolo da medicina;bastão de asclépio,esculápio|símbolo de reciclagem;reclicar,sinal|
flor-de-lis;cavaleiros,símbolo|emblema de tridente;ferramenta,navio|crachá;identificação,nome|
símbolo japonês de principiante;folha verde e amarela,iniciante|círculo grande oco;aro,vermelho|
marca de seleção branca;botão,check|caixa de seleção marcada com tique;check,feito|marca de seleção;check,feito|
xis;cancelar,multiplicar|botão de xis;botão com x,botão de caixa com x|laço encaracolado;loop,onda|
loop encaracolado duas vezes;duplo,encaradolado|sinal japonês indicando início de música;canto|
asterisco de oito pontas;estrela|estrela de oito pontas|faísca;cruz|símbolo de copyright;direitos autorais|
símbolo de registrado;marca registrada,marca registrada “r”|símbolo de marca registrada;marca registrada “tm”|
respingo;mancha,tinta|tecla: #|tecla: *|tecla: 0;zero|tecla: 1|tecla: 2;dois|tecla: 3;três|tecla: 4;quatro|
tecla: 5;cinco|tecla: 6;seis|tecla: 7;sete|tecla: 8;oito|tecla: 9;nove|tecla: 10|
letras latinas maiúsculas;abcd,digitação|letras latinas minúsculas;abcd,digitação|números;1234,digitação|
símbolos;digitação,inserir símbolos|letras latinas;abc,alfabeto|botão a (tipo sanguíneo);sangue,tipo a|
botão ab (tipo sanguíneo);sangue,tipo ab|botão b (tipo sanguíneo);sangue,tipo b|botão cl;limpar,símbolo do cl|
botão "cool";botão cool,legal|botão "free";gratuito,grátis|informações;informação,símbolo|botão id;identidade,símbolo|
círculo com a letra m|botão "new";novo,símbolo|botão ng;símbolo,símbolo “ng”|botão o (tipo sanguíneo);sangue,tipo o|
botão ok;sim,símbolo “ok”|botão p;estacionamento,estacionar|botão sos;ajuda,socorro|botão "up!";para cima,símbolo|
botão vs;símbolo,símbolo “vs”|círculo vermelho;bola vermelha,geométrico|círculo laranja|círculo amarelo|círculo verde|
círculo azul;bolinha azul,círculo azul grande|círculo roxo|círculo marrom|círculo preto;geométrico|
círculo branco;geométrico|quadrado vermelho|quadrado laranja|quadrado amarelo|quadrado verde|quadrado azul;anil|
quadrado roxo;púrpura|quadrado marrom|quadrado preto grande;geométrico|quadrado branco grande;geométrico|
quadrado preto médio;geométrico|quadrado branco médio;geométrico|quadrado preto médio menor;geométrico|
quadrado branco médio menor;geométrico|quadrado preto pequeno;geométrico|quadrado branco pequeno;geométrico|
losango laranja grande;cor de laranja,diamante|losango azul grande;balão,diamante|
losango laranja pequeno;cor de laranja,diamante|losango azul pequeno;diamante,diamante azul pequeno|
triângulo vermelho para cima;geométrico|triângulo vermelho para baixo;geométrico|diamante com um ponto;cômico,dentro|
botão de opção;geométrico,rádio|botão quadrado branco|botão quadrado preto;geométrico|
bandeira quadriculada;chegada,corrida|bandeira do arco-íris;bissexual,gay|bandeira: angola|bandeira: argentina|
bandeira: bolívia|bandeira: brasil|bandeira: canadá|bandeira: chile|bandeira: china|bandeira: colômbia|
bandeira: costa rica|bandeira: cuba|bandeira: cabo verde|bandeira: alemanha|bandeira: república dominicana|
bandeira: equador|bandeira: espanha|bandeira: frança|bandeira: reino unido|bandeira: guatemala|bandeira: itália|
bandeira: japão|bandeira: méxico|bandeira: moçambique|bandeira: panamá|bandeira: peru|bandeira: portugal|
bandeira: paraguai|bandeira: estados unidos|bandeira: uruguai|bandeira: venezuela|`;
